/* Feeds a file to the loaders of gdk-pixbuf in pieces, as from a network, and prints what they tell after how many
 * bytes: "BYTES size WIDTH HEIGHT", "BYTES prepared", "BYTES updated"; then writes the picture as a PNG file.
 *   load-in-pieces FILE BYTES_OF_A_PIECE PNG */
#define _POSIX_C_SOURCE 200809L /* the headers of GLib want it */
#include <stdio.h>
#include <stdlib.h>

#include <gdk-pixbuf/gdk-pixbuf.h>

static size_t given = 0;

static void tell_size(GdkPixbufLoader* loader, gint width, gint height, gpointer user) {
  (void)loader, (void)user;
  printf("%zu size %d %d\n", given, width, height);
}

static void tell(GdkPixbufLoader* loader, gpointer user) {
  (void)loader;
  printf("%zu %s\n", given, (const char*)user);
}

static void tell_area(GdkPixbufLoader* loader, gint x, gint y, gint width, gint height, gpointer user) {
  (void)x, (void)y, (void)width, (void)height;
  tell(loader, user);
}

int main(int count, char** words) {
  if (count != 4) return 2;
  gchar* bytes;
  gsize size;
  GError* error = NULL;
  if (!g_file_get_contents(words[1], &bytes, &size, &error)) return 1;
  const size_t piece = (size_t)atol(words[2]);
  GdkPixbufLoader* loader = gdk_pixbuf_loader_new();
  g_signal_connect(loader, "size-prepared", G_CALLBACK(tell_size), NULL);
  g_signal_connect(loader, "area-prepared", G_CALLBACK(tell), "prepared");
  g_signal_connect(loader, "area-updated", G_CALLBACK(tell_area), "updated");
  gboolean is_good = TRUE;
  while (is_good && given < size) {
    const size_t next = MIN(piece, size - given);
    is_good = gdk_pixbuf_loader_write(loader, (const guchar*)bytes + given, next, &error);
    given += next;
  }
  is_good = gdk_pixbuf_loader_close(loader, is_good ? &error : NULL) && is_good;
  if (!is_good) fprintf(stderr, "%s\n", error->message);
  GdkPixbuf* pixbuf = gdk_pixbuf_loader_get_pixbuf(loader);
  if (pixbuf != NULL && !gdk_pixbuf_save(pixbuf, words[3], "png", NULL, NULL)) return 1;
  g_object_unref(loader);
  g_free(bytes);
  return is_good ? 0 : 1;
}
