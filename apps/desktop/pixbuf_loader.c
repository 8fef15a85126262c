/* The loader of gdk-pixbuf: GTK programs, file managers and thumbnailers show pictures in LAQ files. A picture is
 * decoded once its file is whole, because its checksum stands at the end. */
#define GDK_PIXBUF_ENABLE_BACKEND
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <gmodule.h>

#include <laq/laq.h>

/* Memory that a picture of a stranger may take. */
static const uint64_t kMaxBytes = (uint64_t)4 << 30;

typedef struct {
  GByteArray* file;
  GdkPixbufModuleSizeFunc size;
  GdkPixbufModulePreparedFunc prepared;
  GdkPixbufModuleUpdatedFunc updated;
  gpointer user;
} Load;

static void set_error(laq_status status, const char* message, GError** error) {
  const GdkPixbufError code = status == LAQ_OUT_OF_MEMORY || status == LAQ_LIMIT_EXCEEDED
                                  ? GDK_PIXBUF_ERROR_INSUFFICIENT_MEMORY
                              : status == LAQ_UNSUPPORTED ? GDK_PIXBUF_ERROR_UNSUPPORTED_OPERATION
                                                          : GDK_PIXBUF_ERROR_CORRUPT_IMAGE;
  g_set_error_literal(error, GDK_PIXBUF_ERROR, code, message);
}

/* Sample `i` of a row in 8 bits. */
static guchar sample_of(const void* row, size_t i, int depth) {
  if (depth == 8) return ((const uint8_t*)row)[i];
  const uint32_t most = ((uint32_t)1 << depth) - 1;
  const uint32_t sample = depth < 8 ? ((const uint8_t*)row)[i] : ((const uint16_t*)row)[i];
  return (guchar)((sample * 255 + most / 2) / most);
}

/* Gray becomes three equal channels. */
static void copy_samples(const laq_picture* picture, GdkPixbuf* pixbuf) {
  const size_t channels = (size_t)picture->channels;
  const gboolean has_alpha = channels % 2 == 0;
  const size_t colours = has_alpha ? channels - 1 : channels;
  const size_t stride = (size_t)gdk_pixbuf_get_rowstride(pixbuf);
  guchar* pixels = gdk_pixbuf_get_pixels(pixbuf);
  for (size_t y = 0; y < picture->height; ++y) {
    const char* row = (const char*)picture->samples + y * picture->row_bytes;
    guchar* to = pixels + y * stride;
    for (size_t x = 0; x < picture->width; ++x) {
      for (size_t c = 0; c < 3; ++c) *to++ = sample_of(row, x * channels + c % colours, picture->depth);
      if (has_alpha) *to++ = sample_of(row, x * channels + colours, picture->depth);
    }
  }
}

/* What programs ask a pixbuf for. */
static void copy_metadata(const laq_metadata* metadata, GdkPixbuf* pixbuf) {
  if (metadata->orientation > 1) {
    const char orientation[2] = {(char)('0' + metadata->orientation), 0};
    gdk_pixbuf_set_option(pixbuf, "orientation", orientation);
  }
  if (metadata->icc_bytes > 0) {
    gchar* profile = g_base64_encode(metadata->icc, metadata->icc_bytes);
    gdk_pixbuf_set_option(pixbuf, "icc-profile", profile);
    g_free(profile);
  }
}

static GdkPixbuf* pixbuf_of(const laq_picture* picture, GError** error) {
  GdkPixbuf* pixbuf =
      gdk_pixbuf_new(GDK_COLORSPACE_RGB, picture->channels % 2 == 0, 8, (int)picture->width, (int)picture->height);
  if (pixbuf == NULL) {
    set_error(LAQ_OUT_OF_MEMORY, "not enough memory for the picture", error);
    return NULL;
  }
  copy_samples(picture, pixbuf);
  copy_metadata(&picture->metadata, pixbuf);
  return pixbuf;
}

static gpointer begin_load(GdkPixbufModuleSizeFunc size, GdkPixbufModulePreparedFunc prepared,
                           GdkPixbufModuleUpdatedFunc updated, gpointer user, GError** error) {
  (void)error;
  Load* load = g_new0(Load, 1);
  load->file = g_byte_array_new();
  load->size = size;
  load->prepared = prepared;
  load->updated = updated;
  load->user = user;
  return load;
}

static gboolean load_increment(gpointer context, const guchar* bytes, guint count, GError** error) {
  Load* load = context;
  if (count > G_MAXUINT - load->file->len) {
    set_error(LAQ_LIMIT_EXCEEDED, "the file is larger than 4 GB", error);
    return FALSE;
  }
  g_byte_array_append(load->file, bytes, count);
  return TRUE;
}

/* Decodes and hands on. A program that wants no picture, only its size, asks for a size of 0. */
static gboolean decode(const Load* load, GError** error) {
  laq_error failure;
  laq_info* info;
  laq_status status = laq_inspect(load->file->data, load->file->len, &info, &failure);
  if (status != LAQ_OK) {
    set_error(status, failure.message, error);
    return FALSE;
  }
  int width = (int)info->width, height = (int)info->height;
  laq_info_free(info);
  if (load->size != NULL) load->size(&width, &height, load->user);
  if (width == 0 || height == 0) return TRUE;

  laq_decode_options options;
  laq_decode_options_init(&options, sizeof options);
  options.max_bytes = kMaxBytes;
  laq_picture* picture;
  status = laq_decode(load->file->data, load->file->len, &options, &picture, &failure);
  if (status != LAQ_OK) {
    set_error(status, failure.message, error);
    return FALSE;
  }
  GdkPixbuf* pixbuf = pixbuf_of(picture, error);
  laq_picture_free(picture);
  if (pixbuf == NULL) return FALSE;
  if (load->prepared != NULL) load->prepared(pixbuf, NULL, load->user);
  if (load->updated != NULL) {
    load->updated(pixbuf, 0, 0, gdk_pixbuf_get_width(pixbuf), gdk_pixbuf_get_height(pixbuf), load->user);
  }
  g_object_unref(pixbuf);
  return TRUE;
}

static gboolean stop_load(gpointer context, GError** error) {
  Load* load = context;
  const gboolean is_good = decode(load, error);
  g_byte_array_free(load->file, TRUE);
  g_free(load);
  return is_good;
}

G_MODULE_EXPORT void fill_vtable(GdkPixbufModule* module) {
  module->begin_load = begin_load;
  module->load_increment = load_increment;
  module->stop_load = stop_load;
}

G_MODULE_EXPORT void fill_info(GdkPixbufFormat* info) {
  static GdkPixbufModulePattern signature[] = {{"LAQ", NULL, 100}, {NULL, NULL, 0}};
  static gchar* mime_types[] = {"image/x-laq", NULL};
  static gchar* extensions[] = {"laq", NULL};
  info->name = "laq";
  info->signature = signature;
  info->description = "LAQ picture";
  info->mime_types = mime_types;
  info->extensions = extensions;
  info->flags = GDK_PIXBUF_FORMAT_THREADSAFE;
  info->license = "BSD-3-Clause";
}
