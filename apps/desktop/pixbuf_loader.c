/* The loader of gdk-pixbuf: GTK programs, file managers and thumbnailers show pictures in LAQ files. While a file comes
 * in, its size is told as soon as the header is there, and the tiles that are there are shown each time that the file
 * has doubled, so that all of these decodes cost no more than the last one. The checksum of the picture stands at the
 * end of the file and is verified there. Pictures without loss or with a bound, and JPEG files that are kept, have no
 * parts: they are shown once their file is whole. Pictures of floating-point samples are refused. */
#define GDK_PIXBUF_ENABLE_BACKEND
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <gmodule.h>

#include <laq/laq.h>

/* Memory that a picture of a stranger may take. */
static const uint64_t kMaxBytes = (uint64_t)4 << 30;

typedef struct {
  GByteArray* file;    /* what has come in */
  guint shown_bytes;   /* of the file, that were decoded last */
  gboolean is_sized;   /* The program knows the size, and `reduction` is chosen. */
  gboolean is_skipped; /* The program wants to know the size and no samples. */
  int reduction;       /* pixels across and down that become one; 1, 2, 4 or 8 */
  GdkPixbuf* pixbuf;   /* null before a sample is decoded */
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

/* Hands samples on, for the first time or in place of those before. */
static gboolean show(Load* load, const laq_picture* picture, GError** error) {
  const int width = (int)picture->width, height = (int)picture->height;
  const gboolean is_first = load->pixbuf == NULL;
  if (is_first) {
    load->pixbuf = gdk_pixbuf_new(GDK_COLORSPACE_RGB, picture->channels % 2 == 0, 8, width, height);
    if (load->pixbuf == NULL) {
      set_error(LAQ_OUT_OF_MEMORY, "not enough memory for the picture", error);
      return FALSE;
    }
    copy_metadata(&picture->metadata, load->pixbuf);
  }
  copy_samples(picture, load->pixbuf);
  if (is_first && load->prepared != NULL) load->prepared(load->pixbuf, NULL, load->user);
  if (load->updated != NULL) load->updated(load->pixbuf, 0, 0, width, height, load->user);
  return TRUE;
}

/* Tells the size of the whole picture. A program may want a smaller one: then the picture is decoded at a reduced size
 * that is no smaller, if it has parts. A program that wants its size alone asks for a size of 0. */
static void tell_size(Load* load, uint32_t width, uint32_t height, gboolean has_parts) {
  int wanted_width = (int)width, wanted_height = (int)height;
  if (load->size != NULL) load->size(&wanted_width, &wanted_height, load->user);
  load->is_sized = TRUE;
  load->is_skipped = wanted_width <= 0 || wanted_height <= 0;
  if (load->is_skipped || !has_parts) return;
  for (uint32_t reduction = 2; reduction <= 8; reduction *= 2) {
    if (width / reduction >= (uint32_t)wanted_width && height / reduction >= (uint32_t)wanted_height) {
      load->reduction = (int)reduction;
    }
  }
}

static laq_part_options part_of(const Load* load) {
  laq_part_options part;
  laq_part_options_init(&part, sizeof part);
  part.reduction = load->reduction;
  part.allow_partial = 1;
  return part;
}

static laq_decode_options limits(void) {
  laq_decode_options options;
  laq_decode_options_init(&options, sizeof options);
  options.max_bytes = kMaxBytes;
  return options;
}

/* A failure here means that too little of the file is there, or shows again when it is whole and is told then. */
static void find_size(Load* load) {
  const laq_part_options part = part_of(load);
  laq_part_info info;
  if (laq_part_sizes(load->file->data, load->file->len, &part, &info, NULL) != LAQ_OK) return;
  tell_size(load, info.width, info.height, TRUE);
}

static void show_what_is_there(Load* load) {
  const laq_part_options part = part_of(load);
  const laq_decode_options options = limits();
  laq_picture* picture;
  if (laq_decode_part(load->file->data, load->file->len, &part, &options, &picture, NULL) != LAQ_OK) return;
  show(load, picture, NULL);
  laq_picture_free(picture);
}

static gpointer begin_load(GdkPixbufModuleSizeFunc size, GdkPixbufModulePreparedFunc prepared,
                           GdkPixbufModuleUpdatedFunc updated, gpointer user, GError** error) {
  (void)error;
  Load* load = g_new0(Load, 1);
  load->file = g_byte_array_new();
  load->reduction = 1;
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
  /* More bytes follow, so those that are there are no whole file, whose decoding stop_load does. */
  if (load->is_sized && !load->is_skipped && load->file->len / 2 >= load->shown_bytes) {
    show_what_is_there(load);
    load->shown_bytes = load->file->len;
  }
  g_byte_array_append(load->file, bytes, count);
  if (!load->is_sized) find_size(load);
  return TRUE;
}

/* The size of a JPEG file that is kept, in the words of the loader of JPEG files. */
static void tell_size_of_jpeg(GdkPixbufLoader* loader, gint width, gint height, gpointer context) {
  Load* load = context;
  if (load->size != NULL) load->size(&width, &height, load->user);
  load->is_skipped = width <= 0 || height <= 0;
  if (!load->is_skipped) gdk_pixbuf_loader_set_size(loader, width, height);
}

/* A JPEG file that is kept is decoded by the loader of such files. */
static gboolean show_jpeg(Load* load, GError** error) {
  laq_error failure;
  laq_buffer jpeg;
  const laq_decode_options options = limits();
  const laq_status status = laq_decode_jpeg(load->file->data, load->file->len, &options, &jpeg, &failure);
  if (status != LAQ_OK) {
    set_error(status, failure.message, error);
    return FALSE;
  }
  GdkPixbufLoader* loader = gdk_pixbuf_loader_new_with_type("jpeg", error);
  if (loader == NULL) {
    laq_buffer_free(&jpeg);
    return FALSE;
  }
  g_signal_connect(loader, "size-prepared", G_CALLBACK(tell_size_of_jpeg), load);
  gboolean is_good = gdk_pixbuf_loader_write(loader, (const guchar*)jpeg.data, jpeg.size, error);
  is_good = gdk_pixbuf_loader_close(loader, is_good ? error : NULL) && is_good;
  laq_buffer_free(&jpeg);
  GdkPixbuf* pixbuf = gdk_pixbuf_loader_get_pixbuf(loader);
  if (is_good && !load->is_skipped && pixbuf != NULL) {
    load->pixbuf = g_object_ref(pixbuf);
    if (load->prepared != NULL) load->prepared(pixbuf, NULL, load->user);
    if (load->updated != NULL) {
      load->updated(pixbuf, 0, 0, gdk_pixbuf_get_width(pixbuf), gdk_pixbuf_get_height(pixbuf), load->user);
    }
  }
  g_object_unref(loader);
  return is_good;
}

/* Verifies and shows the picture of a file that is whole. */
static gboolean finish(Load* load, GError** error) {
  const void* file = load->file->data;
  const size_t size = load->file->len;
  if (laq_holds_jpeg(file, size)) return show_jpeg(load, error);
  laq_error failure;
  laq_info* info;
  laq_status status = laq_inspect(file, size, &info, &failure);
  if (status != LAQ_OK) {
    set_error(status, failure.message, error);
    return FALSE;
  }
  if (info->sample_format != LAQ_FORMAT_INTEGER) {
    laq_info_free(info);
    set_error(LAQ_UNSUPPORTED, "the picture has floating-point samples (laq decode makes a PNG file of it)", error);
    return FALSE;
  }
  if (!load->is_sized) tell_size(load, info->width, info->height, !info->has_bound);
  laq_info_free(info);
  if (load->is_skipped) return TRUE;

  const laq_part_options part = part_of(load);
  const laq_decode_options options = limits();
  laq_picture* picture;
  status = load->reduction > 1 ? laq_decode_part(file, size, &part, &options, &picture, &failure)
                               : laq_decode(file, size, &options, &picture, &failure);
  if (status != LAQ_OK) {
    set_error(status, failure.message, error);
    return FALSE;
  }
  const gboolean is_good = show(load, picture, error);
  laq_picture_free(picture);
  return is_good;
}

static gboolean stop_load(gpointer context, GError** error) {
  Load* load = context;
  const gboolean is_good = finish(load, error);
  g_clear_object(&load->pixbuf);
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
