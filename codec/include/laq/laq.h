/* laq: locally-adaptive quantization. The C API; the C++ API, laq.hpp, does the same.
 *
 *   laq_picture picture = {0};
 *   picture.struct_size = sizeof picture;
 *   picture.width = 640, picture.height = 480, picture.channels = 3, picture.depth = 8;
 *   picture.samples = rgb, picture.row_bytes = 640 * 3;
 *
 *   laq_encode_options options;
 *   laq_encode_options_init(&options, sizeof options);
 *   options.quality = 80;
 *
 *   laq_buffer file;
 *   laq_error error;
 *   if (laq_encode(&picture, &options, &file, &error) != LAQ_OK) puts(error.message);
 *
 *   laq_picture* again;
 *   if (laq_decode(file.data, file.size, NULL, &again, &error) != LAQ_OK) puts(error.message);
 *
 *   laq_picture_free(again);
 *   laq_buffer_free(&file);
 *
 * Arrays likewise: laq_array, laq_encode_array, laq_decode_array, laq_decode_array_region; and tensors of models.
 *
 * All functions may be called from several threads at once; there is no global state. What a call is given belongs to
 * the caller, must stay unchanged during the call and is not looked at afterwards. What a call gives belongs to the
 * caller, who frees it with the function that is named there. Where a call fails it gives nothing to free: pointers
 * among its results are null, sizes are 0.
 *
 * Structures that begin with struct_size can grow at their end in later versions. The caller sets struct_size to the
 * size it was compiled with. Fields that an older program does not have keep their defaults; a newer program that runs
 * with this version must leave newer fields zero (LAQ_INVALID_ARGUMENT otherwise). */
#ifndef LAQ_LAQ_H
#define LAQ_LAQ_H

#include <stddef.h>
#include <stdint.h>

#include <laq/version.h>

#ifndef LAQ_API
#if defined(_WIN32) || defined(LAQ_STATIC)
#define LAQ_API
#else
#define LAQ_API __attribute__((visibility("default")))
#endif
#endif

#ifdef __cplusplus
#define LAQ_NOEXCEPT noexcept
extern "C" {
#else
#define LAQ_NOEXCEPT
#endif

typedef enum laq_status {
  LAQ_OK = 0,
  LAQ_INVALID_ARGUMENT = 1, /* an argument that no call can accept; a null pointer where none may be */
  LAQ_LIMIT_EXCEEDED = 2,   /* larger than the caller's limits */
  LAQ_NOT_LAQ = 3,          /* the bytes do not begin with a LAQ file's signature */
  LAQ_UNSUPPORTED = 4,      /* another format number, or a feature that this version does not have */
  LAQ_TRUNCATED = 5,        /* the bytes end too early */
  LAQ_CORRUPT = 6,          /* a checksum or a value in the stream is wrong */
  LAQ_OUT_OF_MEMORY = 7,
  LAQ_CANCELLED = 8 /* the progress callback asked to stop */
} laq_status;

/* What went wrong, where, and what to do about it: one line of UTF-8, ended by a zero, cut where it is too long. Empty
 * after LAQ_OK. Wherever a function takes a laq_error*, it may be null. */
typedef struct laq_error {
  char message[256];
} laq_error;

/* Data that travels with a picture or an array and that the library does not interpret. Never grows. */
typedef struct laq_attachment {
  char name[5]; /* a letter a..z, three letters, digits or '_', and a zero; each name once in a file */
  const uint8_t* data;
  size_t bytes; /* 1 byte .. 64 MiB */
} laq_attachment;

/* What the colours of samples mean, in the code points of ITU-T H.273, as in the chunk cICP of PNG. Never grows. */
typedef struct laq_code_points {
  uint8_t are_set;   /* 0: the ICC profile tells the colours, and the rest is not looked at */
  uint8_t primaries; /* 1: BT.709 and sRGB, 9: BT.2020, 12: Display P3, ... */
  uint8_t transfer;  /* 13: sRGB, 8: linear, 16: PQ, 18: HLG, ... */
  uint8_t matrix;    /* 0: RGB, which is what samples are */
  uint8_t is_full_range;
} laq_code_points;

/* The display on which a picture was mastered (SMPTE ST 2086), and how bright the picture is (CTA-861.3). All zero
 * means unknown. Never grows. */
typedef struct laq_light {
  uint16_t chromaticities[8]; /* x and y of red, green, blue and white, in units of 0.00002 */
  uint32_t max_luminance;     /* of the display, in units of 0.0001 cd/m2, as the numbers below */
  uint32_t min_luminance;
  uint32_t max_pixel;         /* MaxCLL */
  uint32_t max_frame_average; /* MaxFALL */
} laq_light;

/* What travels with a picture and does not change its samples. All zero means none. Never grows. */
typedef struct laq_metadata {
  const uint8_t* icc;  /* ICC profile; null: sRGB, or gray with the sRGB curve */
  size_t icc_bytes;    /* at most 64 MiB, as the other two */
  const uint8_t* exif; /* TIFF structure, without the "Exif\0\0" of JPEG; may be null */
  size_t exif_bytes;
  const uint8_t* xmp; /* UTF-8 XML, not ended by a zero; may be null */
  size_t xmp_bytes;
  uint32_t pixels_per_metre_x; /* 0: unknown */
  uint32_t pixels_per_metre_y;
  uint32_t
      orientation; /* 1..8 as in TIFF and Exif; 0 given to laq_encode means 1. The samples are stored as they are */
  uint32_t is_only_aspect; /* not 0: pixels_per_metre are a ratio, which tells the shape of a pixel and no size */
  laq_code_points code_points;
  laq_light light;
  const laq_attachment* attachments; /* may be null */
  size_t attachment_count;           /* at most 32 */
} laq_metadata;

/* What samples are. */
typedef enum laq_sample_format {
  LAQ_FORMAT_INTEGER = 0, /* 0 to 2^depth - 1 */
  LAQ_FORMAT_FLOAT16 = 1, /* IEEE 754 binary16; the depth is 16 */
  LAQ_FORMAT_FLOAT32 = 2  /* IEEE 754 binary32; the depth is 32 */
} laq_sample_format;

/* Interleaved samples. An integer has `depth` significant bits, in the low bits of one byte where depth <= 8, else of a
 * native-endian uint16_t. Floating-point samples are native-endian and aligned to their size; NaN and infinity are
 * taken with quality 100 and LAQ_TARGET_MAX_ERROR only. */
typedef struct laq_picture {
  size_t struct_size;  /* sizeof(laq_picture) */
  uint32_t width;      /* 1 .. 2^20 */
  uint32_t height;     /* 1 .. 2^20 */
  int channels;        /* 1 gray, 2 gray + alpha, 3 RGB, 4 RGB + alpha (not premultiplied) */
  int depth;           /* 1..16; 32 of float32 */
  const void* samples; /* row after row, the top one first */
  size_t row_bytes;    /* distance between rows; at least width * channels * (depth > 8 ? 2 : 1), of float32 4 each */
  laq_metadata metadata;
  int sample_format; /* a laq_sample_format; floats are linear light, 1 is white, unless code points tell another
                        transfer */
} laq_picture;

/* Bytes that the library has allocated. Never grows. */
typedef struct laq_buffer {
  uint8_t* data;
  size_t size;
} laq_buffer;

typedef enum laq_tune {
  LAQ_TUNE_PERCEPTUAL = 0, /* fewest bytes for the same look (SSIMULACRA2) */
  LAQ_TUNE_PSNR = 1        /* fewest bytes for the same mean squared error */
} laq_tune;

/* What a file is to reach in place of a quality. Meeting a target takes several encodes; if no quality meets it, the
 * call fails and its message gives the nearest value that can be reached. Among files within the tolerance of a score,
 * those with fewer bytes are preferred; if a small picture has none, the smallest with a better score is taken. */
typedef enum laq_target_kind {
  LAQ_TARGET_NONE = 0,        /* laq_encode_options.quality counts */
  LAQ_TARGET_BYTES = 1,       /* the best quality with a file of at most this size, metadata included; at least 1 */
  LAQ_TARGET_SSIMULACRA2 = 2, /* 0..100, within 0.3 */
  LAQ_TARGET_PSNR = 3,        /* of red, green and blue, above 0 decibels, within 0.05 */
  LAQ_TARGET_BUTTERAUGLI = 4, /* 3-norm, above 0, within 2 %; LAQ_UNSUPPORTED in a library built without libjxl */
  LAQ_TARGET_MAX_ERROR = 5    /* no sample changes by more, of integers a whole number; 0: lossless */
} laq_target_kind;

/* Called now and then, from any of the library's threads but never from two at once, with the share of the work that
 * is done (0..1) and the `user` of the options. Returning 0 cancels. Must not throw. */
typedef int (*laq_progress)(float done, void* user);

/* Threads of the caller: calls task(0, work) .. task(count - 1, work), each once, at the same time or one after the
 * other, and returns when all have ended. Must not throw. */
typedef void (*laq_run_tasks)(int count, void (*task)(int index, void* work), void* work, void* user);

/* Allocate `bytes` bytes that are aligned to `alignment`, or return null if there is no memory; and release them.
 * Several threads may call them at once. */
typedef void* (*laq_allocate)(size_t bytes, size_t alignment, void* user);
typedef void (*laq_release)(void* memory, size_t bytes, void* user);

/* Quality by place: `levels` of the caller, rows `row_bytes` apart, one for every pixel of the picture or one for every
 * square of 16 pixels a side, ceil(width / 16) times ceil(height / 16). A level scales the quantization steps of luma,
 * or gray, by 2^(3 (128 - level) / 128): 128 changes nothing, 255 (white) makes them an eighth, 0 (black) eight times
 * as large. Never grows. */
typedef struct laq_quality_mask {
  uint32_t width;
  uint32_t height;
  const uint8_t* levels;
  size_t row_bytes; /* at least width */
} laq_quality_mask;

typedef struct laq_encode_options {
  size_t struct_size;
  float quality;             /* 0..100: the SSIMULACRA2 score to expect of a photograph; 100 is without loss; 80 */
  int effort;                /* 1 (fastest) .. 9 (smallest); 5 */
  int threads;               /* 1..1024, or 0: one per processor; the bytes do not depend on it; 0 */
  int tune;                  /* a laq_tune; LAQ_TUNE_PERCEPTUAL */
  int adaptive_quantization; /* 0: one quantization step for the whole picture, for comparison; 1 */
  int target_kind;           /* a laq_target_kind; unless LAQ_TARGET_NONE, quality is not looked at; LAQ_TARGET_NONE */
  double target;             /* in the numbers of the kind; 0 */
  uint64_t max_pixels;       /* larger pictures are refused (LAQ_LIMIT_EXCEEDED); 2^30 */
  laq_progress progress;     /* may be null; null */
  void* user;                /* handed to progress; null */
  laq_run_tasks run_tasks;   /* in place of threads of the library's own; `user` is handed to it; may be null; null */
  int progressive;           /* not 0: a preview of an eighth of the width and height comes first in the file; 0 */
  const laq_quality_mask*
      mask; /* may be null; not with LAQ_TARGET_MAX_ERROR or quality 100, which have no steps; null */
} laq_encode_options;

/* A file beyond the limits is refused (LAQ_LIMIT_EXCEEDED) before anything is allocated for its samples. Whatever the
 * limits are, a file of N bytes holds at most 2^14 N pixels or elements: one that claims more is LAQ_CORRUPT. */
typedef struct laq_decode_options {
  size_t struct_size;
  int threads;         /* 1..1024, or 0: one per processor; 0 */
  uint64_t max_pixels; /* that a picture may have; elements, of arrays; 2^30 */
  uint64_t max_bytes;  /* of memory that the call may take beside the file, in all threads; 2^36 */
  /* The next two serve the decoding of pictures and arrays only. The defaults of all that follow are null. */
  laq_progress progress;   /* may be null */
  laq_run_tasks run_tasks; /* in place of threads of the library's own, `threads` tasks at most; may be null */
  /* For the memory that grows with a picture: its planes, and the state kept of decoded blocks; may be null. */
  laq_allocate allocate;
  laq_release release; /* null if allocate is */
  void* user;          /* handed to the four */
} laq_decode_options;

/* One section of a LAQ file. Never grows. */
typedef struct laq_section {
  char name[5];   /* four characters and a zero */
  uint64_t bytes; /* of the payload */
} laq_section;

typedef struct laq_info {
  size_t struct_size; /* of the library's version: tells which fields there are */
  uint32_t width;
  uint32_t height;
  int channels; /* as in laq_picture */
  int depth;
  int format;    /* format number of the file */
  float quality; /* what the encoder was asked for, 0..100; 100 where has_bound is set */
  int tune;      /* a laq_tune */
  int adaptive_quantization;
  size_t section_count;
  const laq_section* sections;
  laq_metadata metadata;
  int has_bound;          /* not 0: no sample differs from its original by more than max_error */
  uint32_t max_error;     /* of integers; 0: lossless */
  int sample_format;      /* a laq_sample_format */
  double float_max_error; /* of floats, where has_bound; 0: lossless */
} laq_info;

/* Fills the options with the defaults that are stated last at each field. struct_size: sizeof *options. A null pointer
 * is left alone. */
LAQ_API void laq_encode_options_init(laq_encode_options* options, size_t struct_size) LAQ_NOEXCEPT;
LAQ_API void laq_decode_options_init(laq_decode_options* options, size_t struct_size) LAQ_NOEXCEPT;

/* The LAQ file of a picture. options: null for the defaults. file: to be freed with laq_buffer_free.
 * Gives LAQ_INVALID_ARGUMENT, LAQ_LIMIT_EXCEEDED (max_pixels, or a target in bytes that cannot be
 * reached), LAQ_UNSUPPORTED (a score that this build does not have), LAQ_OUT_OF_MEMORY or LAQ_CANCELLED where it fails.
 */
LAQ_API laq_status laq_encode(const laq_picture* picture, const laq_encode_options* options, laq_buffer* file,
                              laq_error* error) LAQ_NOEXCEPT;

/* The picture of a LAQ file: same size, channels and depth as were encoded, rows without gaps, samples aligned for
 * their type. Every machine gives the same samples. options: null for the defaults. picture: to be freed with
 * laq_picture_free, samples and metadata with it; its orientation is 1..8. May give any status. */
LAQ_API laq_status laq_decode(const void* data, size_t size, const laq_decode_options* options, laq_picture** picture,
                              laq_error* error) LAQ_NOEXCEPT;

/* A part of a picture: a region, at a reduced size, of a file that may be cut off. It has the same samples as that part
 * of the whole picture. Only the tiles that it needs are decoded; the checksum of the coded picture is not verified
 * here, but by laq_inspect. */
typedef struct laq_part_options {
  size_t struct_size;
  uint32_t x, y, width, height; /* in pixels of the whole picture, within it; width and height 0: all of it; 0 */
  int reduction;                /* 1, 2, 4 or 8 pixels across and down become one, their mean; of floats the mean of
                                   those that are finite. For 8 a preview is decoded alone, if there is one; 1 */
  int allow_partial;            /* takes files that are cut off: what lacks is filled from the preview, or gray; 0 */
} laq_part_options;

LAQ_API void laq_part_options_init(laq_part_options* options, size_t struct_size) LAQ_NOEXCEPT;

/* What a part is. Never grows. */
typedef struct laq_part_info {
  uint32_t width;
  uint32_t height;
  int channels; /* as in laq_picture */
  int depth;
  int is_preview;         /* its samples are those of the file's preview */
  int sample_format;      /* a laq_sample_format */
  uint64_t missing_tiles; /* of the part, that are not there, or chunks of floats without loss; only after decoding */
} laq_part_info;

/* The caller's pixels, with channels in any order. Channels whose `first` is null are left out. Gray pictures give
 * equal red, green and blue; alpha of a picture without it is opaque. Floats are IEEE numbers of the machine's byte
 * order. */
typedef enum laq_sample_type {
  LAQ_SAMPLES_8 = 0,
  LAQ_SAMPLES_16 = 1,
  LAQ_SAMPLES_FLOAT32 = 2,
  LAQ_SAMPLES_FLOAT16 = 3
} laq_sample_type;

/* The place of a channel's first sample, and the bytes to its neighbours on the right and below. Never grows. */
typedef struct laq_channel {
  void* first;
  ptrdiff_t pixel_bytes;
  ptrdiff_t row_bytes;
} laq_channel;

typedef struct laq_pixel_buffer {
  size_t struct_size;
  int type;  /* a laq_sample_type; a picture of floats gives its own values, and only to floats: buffers of integers
                refuse it (LAQ_INVALID_ARGUMENT); samples of an integer picture become 0 to 1 in floats */
  int depth; /* of integers, 1..8 or 1..16: the largest sample is 2^depth - 1 */
  laq_channel channels[4]; /* red or gray, green, blue, alpha */
} laq_pixel_buffer;

/* Takes decoded rows in their order; `y` is the first of them in the part. The rows are valid during the call.
 * Returning 0 cancels. Must not throw. */
typedef int (*laq_take_rows)(const laq_picture* rows, uint32_t y, void* user);

/* These give the sizes of a part without decoding it, or decode it: as a picture of its own, to the caller's memory,
 * which must have room for all of it, or row by row. part and options: null for the defaults. info: may be null except
 * for laq_part_sizes. May give any status; after an error, buffers may have been written in part. */
LAQ_API laq_status laq_part_sizes(const void* data, size_t size, const laq_part_options* part, laq_part_info* info,
                                  laq_error* error) LAQ_NOEXCEPT;
LAQ_API laq_status laq_decode_part(const void* data, size_t size, const laq_part_options* part,
                                   const laq_decode_options* options, laq_picture** picture,
                                   laq_error* error) LAQ_NOEXCEPT;
LAQ_API laq_status laq_decode_part_to(const void* data, size_t size, const laq_part_options* part,
                                      const laq_decode_options* options, const laq_pixel_buffer* buffer,
                                      laq_part_info* info, laq_error* error) LAQ_NOEXCEPT;
LAQ_API laq_status laq_decode_part_rows(const void* data, size_t size, const laq_part_options* part,
                                        const laq_decode_options* options, laq_take_rows take, void* user,
                                        laq_part_info* info, laq_error* error) LAQ_NOEXCEPT;

/* Gives the rows y .. y + count - 1 of a picture, to memory that begins at `rows`, row_bytes apart. Rows are asked for
 * in their order, each once. Returning 0 cancels. Must not throw. */
typedef int (*laq_give_rows)(uint32_t y, uint32_t count, void* rows, size_t row_bytes, void* user);

/* The LAQ file of a picture that is given row by row; memory holds a few rows of tiles and the file. The samples of
 * `picture` are ignored. Floats are all kept until the last row is there. Gives what laq_encode gives, and
 * LAQ_INVALID_ARGUMENT if the options have a target other than LAQ_TARGET_MAX_ERROR. */
LAQ_API laq_status laq_encode_rows(const laq_picture* picture, const laq_encode_options* options, laq_give_rows give,
                                   void* user, laq_buffer* file, laq_error* error) LAQ_NOEXCEPT;

/* What a LAQ file holds; no samples are decoded. Takes memory for the metadata, at most 64 MiB of a kind and 1032 times
 * the file's bytes. info: to be freed with laq_info_free, sections and metadata with it.
 * May give any status but LAQ_CANCELLED. */
LAQ_API laq_status laq_inspect(const void* data, size_t size, laq_info** info, laq_error* error) LAQ_NOEXCEPT;

/* Measures of how far a picture is from its original; metrics.hpp says more of each. */
typedef enum laq_metric {
  LAQ_METRIC_PSNR_RGB = 0, /* decibels, infinite for equal pictures; all samples of red, green and blue together */
  LAQ_METRIC_PSNR_Y = 1,   /* planes of ITU-R BT.709 */
  LAQ_METRIC_PSNR_CB = 2,
  LAQ_METRIC_PSNR_CR = 3,
  LAQ_METRIC_PSNR_YUV = 4,         /* (6 Y + Cb + Cr) / 8 */
  LAQ_METRIC_SSIM = 5,             /* up to 1 */
  LAQ_METRIC_MS_SSIM = 6,          /* up to 1 */
  LAQ_METRIC_SSIMULACRA2 = 7,      /* up to 100 */
  LAQ_METRIC_BUTTERAUGLI_MAX = 8,  /* from 0, less is better; LAQ_UNSUPPORTED in a library built without libjxl */
  LAQ_METRIC_BUTTERAUGLI_NORM3 = 9 /* the same, 3-norm over the picture */
} laq_metric;

/* One measure (a laq_metric) of a distorted picture against its reference, of the same width and height; channels and
 * depth may differ. score: NaN where the call fails. Gives LAQ_INVALID_ARGUMENT, LAQ_UNSUPPORTED (the measure, or a
 * profile, needs a library that this one was built without) or LAQ_OUT_OF_MEMORY where it fails. */
LAQ_API laq_status laq_measure(const laq_picture* reference, const laq_picture* distorted, int metric, double* score,
                               laq_error* error) LAQ_NOEXCEPT;

/* Arrays: numbers in any number of dimensions, with a bound on every error. Only functions whose names have `array`
 * read their files. */
#define LAQ_MAX_DIMENSIONS 32

typedef enum laq_element_type {
  LAQ_INT8 = 0,
  LAQ_UINT8 = 1,
  LAQ_INT16 = 2,
  LAQ_UINT16 = 3,
  LAQ_INT32 = 4,
  LAQ_UINT32 = 5,
  LAQ_FLOAT32 = 6,
  LAQ_FLOAT64 = 7,
  LAQ_INT64 = 8,
  LAQ_UINT64 = 9,
  LAQ_FLOAT16 = 10, /* IEEE 754 binary16 */
  LAQ_BFLOAT16 = 11 /* the upper half of an IEEE 754 binary32 */
} laq_element_type;

/* Elements in native byte order, of any alignment. */
typedef struct laq_array {
  size_t struct_size;                 /* sizeof(laq_array) */
  int type;                           /* a laq_element_type */
  int dimensions;                     /* 0..32; an array without sides is one element */
  uint64_t shape[LAQ_MAX_DIMENSIONS]; /* the slowest side first; neighbours along the last one are most alike. The first
                                         sides of more than four are coded as if they were one */
  const void* data;                   /* may be null where a side is 0 */
  const int64_t* strides;             /* bytes from one element to the next along each side; null: packed */
  uint32_t sample_rate;               /* elements a second along the last side; 0: unknown, or not a signal */
  int significant_bits; /* 0..255, of integers of up to 32 bits that all lie within so many; 0: as their type has */
  const laq_attachment* attachments; /* may be null */
  size_t attachment_count;           /* at most 32 */
} laq_array;

/* What a file of an array is to reach; array.hpp says more of each. */
typedef enum laq_array_target_kind {
  LAQ_ARRAY_LOSSLESS = 0,
  LAQ_ARRAY_MAX_ERROR = 1,          /* no finite element changes by more; at least 0 */
  LAQ_ARRAY_MAX_RELATIVE_ERROR = 2, /* the same as a share of the range of the finite elements; at least 0 */
  LAQ_ARRAY_PSNR = 3,               /* at least so many decibels, 0..1000, of the range to the error */
  LAQ_ARRAY_SNR = 4,                /* ... of the elements to the error */
  LAQ_ARRAY_BITS = 5,               /* per element at most, of the whole file, above 0 */
  LAQ_ARRAY_POINTWISE_RELATIVE = 6  /* no finite element changes by more than this share of itself, above 0, below 1 */
} laq_array_target_kind;

/* A part of an array: size[i] elements from begin[i] on, for each of its sides. Never grows. */
typedef struct laq_array_region {
  int dimensions; /* as many as the array has */
  uint64_t begin[LAQ_MAX_DIMENSIONS];
  uint64_t size[LAQ_MAX_DIMENSIONS];
} laq_array_region;

/* A bound for a part of an array, in place of the target's value and in its numbers. Never grows. */
typedef struct laq_array_part_bound {
  laq_array_region part;
  double value;
} laq_array_part_bound;

typedef struct laq_array_encode_options {
  size_t struct_size;
  int target_kind;                   /* a laq_array_target_kind; LAQ_ARRAY_LOSSLESS */
  int threads;                       /* 1..1024, or 0: one per processor; the bytes do not depend on it; 0 */
  double target;                     /* in the numbers of the kind; 0 */
  uint32_t chunk_elements;           /* that are coded together at most, 256..2^21, or 0: 2^21, as in array.hpp; 0 */
  int effort;                        /* 1 (fastest)..9 (smallest file); 5 */
  laq_progress progress;             /* may be null; null */
  void* user;                        /* handed to all functions of these options; null */
  const laq_array_part_bound* parts; /* bounds of parts, see ArrayEncodeOptions of array.hpp; may be null; null */
  size_t part_count;                 /* at most 2^16; 0 */
  laq_run_tasks run_tasks; /* in place of threads of the library's own; `user` is handed to it; may be null; null */
} laq_array_encode_options;

typedef struct laq_array_info {
  size_t struct_size; /* of the library's version: tells which fields there are */
  int type;           /* these as in laq_array */
  int dimensions;
  uint64_t shape[LAQ_MAX_DIMENSIONS];
  uint32_t sample_rate;
  int significant_bits;
  int target_kind; /* a laq_array_target_kind, what the encoder was asked for */
  double target;
  double max_error; /* what was reached, of the finite elements */
  double mean_squared_error;
  uint64_t chunks;                          /* parts that are coded independently */
  int chunk_dimensions;                     /* as many as the array has, but at most 4: see ArrayInfo of array.hpp */
  uint64_t chunk_shape[LAQ_MAX_DIMENSIONS]; /* of all but those at the ends of sides */
  const laq_attachment* attachments;
  size_t attachment_count;
  uint64_t non_finite; /* elements that are NaN or infinite */
  double least_bound;  /* by which chunks are coded: see ArrayInfo of array.hpp */
  double greatest_bound;
} laq_array_info;

/* Fills the options with the defaults that are stated last at each field. struct_size: sizeof *options. A null pointer
 * is left alone. */
LAQ_API void laq_array_encode_options_init(laq_array_encode_options* options, size_t struct_size) LAQ_NOEXCEPT;

/* The LAQ file of an array of at most 2^40 elements. options: null for the defaults. file: to be freed with
 * laq_buffer_free. Gives LAQ_INVALID_ARGUMENT, LAQ_LIMIT_EXCEEDED (no file has so few bits), LAQ_OUT_OF_MEMORY or
 * LAQ_CANCELLED where it fails. */
LAQ_API laq_status laq_encode_array(const laq_array* array, const laq_array_encode_options* options, laq_buffer* file,
                                    laq_error* error) LAQ_NOEXCEPT;

/* Takes bytes of a file that stand from `offset` on, which are valid during the call. 0 cancels. */
typedef int (*laq_put_bytes)(void* user, uint64_t offset, const void* bytes, size_t size);

/* The same for a file that may be larger than memory: put gets every chunk as soon as it and those before it are coded,
 * and the beginning of the file last of all; never from two threads at once. file_size: the bytes of the file; may be
 * null. Targets in decibels and bits keep the file in memory. After a failure, the bytes that were put are no valid
 * file. */
LAQ_API laq_status laq_encode_array_to(const laq_array* array, const laq_array_encode_options* options,
                                       laq_put_bytes put, void* user, uint64_t* file_size,
                                       laq_error* error) LAQ_NOEXCEPT;

/* The LAQ file of an array that has grown: the elements of a LAQ file and behind them, along the slowest side, those of
 * `more`, which has the same type and all sides but the first. What is in the file is neither decoded nor coded again,
 * and its target holds for the new elements too: that of the options is ignored, and so are signal and attachments of
 * `more`. data is not changed. file: to be freed with laq_buffer_free. May give any status: see append() of array.hpp.
 */
LAQ_API laq_status laq_append_array(const void* data, size_t size, const laq_array* more,
                                    const laq_array_encode_options* options, laq_buffer* file,
                                    laq_error* error) LAQ_NOEXCEPT;

/* The same for a file that may be larger than memory: put gets all bytes of the new file in order. file_size: as of
 * laq_encode_array_to. */
LAQ_API laq_status laq_append_array_to(const void* data, size_t size, const laq_array* more,
                                       const laq_array_encode_options* options, laq_put_bytes put, void* user,
                                       uint64_t* file_size, laq_error* error) LAQ_NOEXCEPT;

/* The array of a LAQ file, packed and aligned for its type; null strides. Every machine gives the same elements.
 * options: null for the defaults; max_pixels limits the number of elements. array: to be freed with laq_array_free.
 * May give any status; LAQ_UNSUPPORTED where the file holds a picture. */
LAQ_API laq_status laq_decode_array(const void* data, size_t size, const laq_decode_options* options, laq_array** array,
                                    laq_error* error) LAQ_NOEXCEPT;

/* The same for a region, which must lie within the array. Only the chunks that it touches are read, verified by their
 * checksums and decoded; laq_inspect_array verifies the checksum of the file. The limits are for the region. */
LAQ_API laq_status laq_decode_array_region(const void* data, size_t size, const laq_array_region* region,
                                           const laq_decode_options* options, laq_array** array,
                                           laq_error* error) LAQ_NOEXCEPT;

/* A coarse view of the array: every 2^level-th element along each side, beginning with the first, as laq_decode_array
 * gives it. Chunks that are coded from coarse to fine are decoded only as far as it needs: see decode_array_level of
 * array.hpp. level: 0..40. */
LAQ_API laq_status laq_decode_array_level(const void* data, size_t size, int level, const laq_decode_options* options,
                                          laq_array** array, laq_error* error) LAQ_NOEXCEPT;

/* Memory of the caller for the elements of an array or of a region. Never grows. */
typedef struct laq_array_output {
  int type;       /* a laq_element_type */
  int dimensions; /* 0..32 */
  uint64_t shape[LAQ_MAX_DIMENSIONS];
  void* data; /* packed, of any alignment; may be null where a side is 0 */
} laq_array_output;

/* The same as laq_decode_array, or as laq_decode_array_region where region is not null, but the elements go into memory
 * of the caller, without a copy on the way unless the array has 64-bit integers far from 0 or more than four sides.
 * Type and shape must be those of the array or region (LAQ_INVALID_ARGUMENT otherwise). What the memory holds after an
 * error is not defined. max_bytes does not count the output. */
LAQ_API laq_status laq_decode_array_into(const void* data, size_t size, const laq_array_region* region,
                                         const laq_decode_options* options, const laq_array_output* output,
                                         laq_error* error) LAQ_NOEXCEPT;

/* What a LAQ file of an array holds; nothing is decoded, the checksums are verified. Takes memory for attachments, at
 * most 64 MiB of each and 1032 times the file's bytes. info: to be freed with laq_array_info_free. May give any status
 * but LAQ_CANCELLED; LAQ_UNSUPPORTED where the file holds a picture. */
LAQ_API laq_status laq_inspect_array(const void* data, size_t size, laq_array_info** info,
                                     laq_error* error) LAQ_NOEXCEPT;

/* 1 where these are the bytes of a LAQ file that holds an array, damaged or not, else 0. Reads headers only. */
LAQ_API int laq_holds_array(const void* data, size_t size) LAQ_NOEXCEPT;

/* Tensors of neural networks, many in one file, each with a name; tensor.hpp says more of each.
 *
 *   laq_tensor weight = {0};
 *   weight.struct_size = sizeof weight, weight.name = "conv.weight", weight.type = LAQ_FLOAT32;
 *   weight.dimensions = 2, weight.shape[0] = rows, weight.shape[1] = columns, weight.data = elements;
 *   const laq_tensor* model[] = {&weight};
 *
 *   laq_tensor_encode_options options;
 *   laq_tensor_encode_options_init(&options, sizeof options);
 *   options.target_kind = LAQ_TENSOR_BITS, options.target = 4.5;
 *   laq_encode_tensors(model, 1, &options, &file, &error);
 *
 *   laq_tensors* again;
 *   laq_decode_tensor(file.data, file.size, "conv.weight", NULL, &again, &error);
 *   use(again->tensors[0]->data);
 *   laq_tensors_free(again); */

/* What the stream of a tensor is to reach. */
typedef enum laq_tensor_target_kind {
  LAQ_TENSOR_LOSSLESS = 0,
  LAQ_TENSOR_BITS = 1,     /* the least error with a stream of at most so many bits an element, above 0 */
  LAQ_TENSOR_SNR = 2,      /* the fewest bytes with at least so many decibels, 0..1000 */
  LAQ_TENSOR_MAX_ERROR = 3 /* the fewest bytes with no finite element further off, at least 0 */
} laq_tensor_target_kind;

/* How the error is spread over a tensor. */
typedef enum laq_noise_shape {
  LAQ_NOISE_MSE = 0,     /* the least mean squared error */
  LAQ_NOISE_RELATIVE = 1 /* rows and columns of small weights get less of it */
} laq_noise_shape;

/* A tensor, packed and in native byte order. Strings are UTF-8, ended by a zero. */
typedef struct laq_tensor {
  size_t struct_size;                 /* sizeof(laq_tensor) */
  const char* name;                   /* at most 65535 bytes; no two tensors of a file have the same */
  int type;                           /* a laq_element_type */
  int dimensions;                     /* 0..32; a tensor without sides is one element */
  uint64_t shape[LAQ_MAX_DIMENSIONS]; /* the slowest side first: outputs, inputs, kernel */
  const void* data;                   /* of any alignment; may be null where a side is 0 */
  const char* type_name;   /* of a type that is none of these, whose bytes are then LAQ_UINT8: "F8_E4M3"; null: none */
  int has_target;          /* not 0: the target below counts in place of that of the options. Decoding gives 0 */
  int target_kind;         /* a laq_tensor_target_kind */
  double target;           /* in the numbers of the kind */
  const float* importance; /* how much the squared error of each input channel counts; null: all alike */
  size_t importance_count; /* as many as there are input channels */
} laq_tensor;

typedef struct laq_tensor_encode_options {
  size_t struct_size;
  int target_kind;                   /* a laq_tensor_target_kind; LAQ_TENSOR_LOSSLESS */
  int noise_shape;                   /* a laq_noise_shape; LAQ_NOISE_RELATIVE */
  double target;                     /* in the numbers of the kind; 0 */
  int adaptive_quantization;         /* 0: one step and one entropy coder for each tensor, for comparison; 1 */
  int effort;                        /* 1 (fastest)..9 (smallest); 5 */
  int threads;                       /* 1..1024, or 0: one per processor; the bytes do not depend on it; 0 */
  laq_progress progress;             /* may be null; null */
  void* user;                        /* handed to progress; null */
  const laq_attachment* attachments; /* may be null; null */
  size_t attachment_count;           /* at most 32; 0 */
} laq_tensor_encode_options;

/* What a call gives: tensors, and what travels with all of them. */
typedef struct laq_tensors {
  size_t struct_size; /* of the library's version: tells which fields there are */
  const laq_tensor* const* tensors;
  size_t tensor_count;
  const laq_attachment* attachments;
  size_t attachment_count;
} laq_tensors;

/* What the index says of a tensor. */
typedef struct laq_tensor_info {
  size_t struct_size; /* of the library's version: tells which fields there are */
  const char* name;   /* these as in laq_tensor; type_name is never null here */
  int type;
  int dimensions;
  uint64_t shape[LAQ_MAX_DIMENSIONS];
  const char* type_name;
  int target_kind; /* a laq_tensor_target_kind, what the encoder was asked for */
  double target;
  uint64_t bytes;            /* of its stream */
  double power;              /* mean of squares of the finite elements; this and the rest are 0 without loss */
  double mean_squared_error; /* what was reached */
  double max_error;
  double uniform_bits; /* an element, that one uniform step takes for an error that counts as much */
} laq_tensor_info;

typedef struct laq_tensors_info {
  size_t struct_size; /* of the library's version: tells which fields there are */
  const laq_tensor_info* const* tensors;
  size_t tensor_count;
  const laq_attachment* attachments;
  size_t attachment_count;
} laq_tensors_info;

/* Fills the options with the defaults that are stated last at each field. struct_size: sizeof *options. A null pointer
 * is left alone. */
LAQ_API void laq_tensor_encode_options_init(laq_tensor_encode_options* options, size_t struct_size) LAQ_NOEXCEPT;

/* The LAQ file of tensors, in their order. Integers, and without has_target also small tensors and those with fewer
 * than two sides longer than 1, are coded without loss. options: null for the defaults. file: to be freed with
 * laq_buffer_free. Gives LAQ_INVALID_ARGUMENT, LAQ_OUT_OF_MEMORY or LAQ_CANCELLED where it fails. */
LAQ_API laq_status laq_encode_tensors(const laq_tensor* const* tensors, size_t count,
                                      const laq_tensor_encode_options* options, laq_buffer* file,
                                      laq_error* error) LAQ_NOEXCEPT;

/* The tensors of a LAQ file, their elements aligned for their types. Every machine gives the same elements. options:
 * null for the defaults; max_pixels limits the elements of each tensor. tensors: to be freed with laq_tensors_free.
 * May give any status but LAQ_CANCELLED; LAQ_UNSUPPORTED where the file holds no tensors. */
LAQ_API laq_status laq_decode_tensors(const void* data, size_t size, const laq_decode_options* options,
                                      laq_tensors** tensors, laq_error* error) LAQ_NOEXCEPT;

/* The same for one tensor, without attachments. Beside it only the index is read, so the file may be mapped into
 * memory. */
LAQ_API laq_status laq_decode_tensor(const void* data, size_t size, const char* name, const laq_decode_options* options,
                                     laq_tensors** tensors, laq_error* error) LAQ_NOEXCEPT;

/* What the index of a LAQ file of tensors says; nothing is decoded, the checksums are verified. info: to be freed with
 * laq_tensors_info_free. May give any status but LAQ_CANCELLED; LAQ_UNSUPPORTED where the file holds no tensors. */
LAQ_API laq_status laq_inspect_tensors(const void* data, size_t size, laq_tensors_info** info,
                                       laq_error* error) LAQ_NOEXCEPT;

/* 1 where these are the bytes of a LAQ file that holds tensors, damaged or not, else 0. Reads headers only. */
LAQ_API int laq_holds_tensors(const void* data, size_t size) LAQ_NOEXCEPT;

/* JPEG files kept exactly, in fewer bytes; jpeg.hpp says more. */
typedef struct laq_jpeg_encode_options {
  size_t struct_size;
  int threads;         /* 1..1024, or 0: one per processor; the bytes do not depend on it; 0 */
  uint64_t max_pixels; /* larger pictures are refused (LAQ_LIMIT_EXCEEDED); 2^30 */
  uint64_t max_bytes;  /* of memory that the call may take beside the file; 2^36 */
} laq_jpeg_encode_options;

/* Fills the options with the defaults that are stated last at each field. struct_size: sizeof *options. A null pointer
 * is left alone. */
LAQ_API void laq_jpeg_encode_options_init(laq_jpeg_encode_options* options, size_t struct_size) LAQ_NOEXCEPT;

/* The LAQ file that keeps a JPEG file. options: null for the defaults. file: to be freed with laq_buffer_free.
 * LAQ_UNSUPPORTED where the bytes are no JPEG file, or one that cannot be kept; may give any status but LAQ_NOT_LAQ and
 * LAQ_CANCELLED. */
LAQ_API laq_status laq_encode_jpeg(const void* data, size_t size, const laq_jpeg_encode_options* options,
                                   laq_buffer* file, laq_error* error) LAQ_NOEXCEPT;

/* The JPEG file that a LAQ file keeps, bit by bit. options: null for the defaults. jpeg: to be freed with
 * laq_buffer_free. May give any status but LAQ_CANCELLED; LAQ_UNSUPPORTED where the file holds something else. */
LAQ_API laq_status laq_decode_jpeg(const void* data, size_t size, const laq_decode_options* options, laq_buffer* jpeg,
                                   laq_error* error) LAQ_NOEXCEPT;

/* 1 where these are the bytes of a LAQ file that keeps a JPEG file, damaged or not, else 0. Reads headers only. */
LAQ_API int laq_holds_jpeg(const void* data, size_t size) LAQ_NOEXCEPT;

/* Blocks: tensors of numbers in a fixed-rate format, which are multiplied without unpacking; blocks.hpp says more of
 * each.
 *
 *   laq_block_format format;
 *   laq_buffer bytes;
 *   laq_block_view* view;
 *   laq_quantize_blocks(weights, rows, columns, NULL, &format, &bytes, &error);
 *   laq_view_blocks(&format, bytes.data, bytes.size, &view, &error);
 *   laq_matvec_blocks(view, activations, columns, products, rows, 0, &error);
 *   laq_block_view_free(view);
 *   laq_buffer_free(&bytes); */

/* What the bytes do not tell by themselves. Never grows. */
typedef struct laq_block_format {
  uint64_t rows;
  uint64_t columns; /* rows * columns is at most 2^40 */
  int width;        /* bits of every code: 1..6 or 8; 0: a table at the front has a width for each block */
  int rows_apart;   /* 1: every row begins a block of its own; 0: rows run on through blocks */
  int is_rotated;   /* 1: each 32 elements of a row were Hadamard transformed before */
  int exponent;     /* -126..127, of a power of two that scales all elements */
} laq_block_format;

typedef enum laq_block_rows {
  LAQ_BLOCK_ROWS_AUTOMATIC = 0, /* apart if that takes at most 2 % more bytes */
  LAQ_BLOCK_ROWS_APART = 1,
  LAQ_BLOCK_ROWS_JOINED = 2
} laq_block_rows;

typedef struct laq_block_options {
  size_t struct_size;
  double bits;             /* per element at most, 0.25..16, everything counted; 4.25 */
  int width;               /* 1..6 or 8: every block has this width, and `bits` is not looked at; 0 */
  int effort;              /* 1 (fastest)..9; 5 */
  int threads;             /* 1..1024, or 0: one per processor; the bytes do not depend on it; 0 */
  int rows;                /* a laq_block_rows; LAQ_BLOCK_ROWS_AUTOMATIC */
  int rotates;             /* not 0: a Hadamard transform of each 32 elements first; 0 */
  const float* importance; /* of errors, one above 0 for each column; null: all are alike; null */
  double shaping;          /* 0..1: errors in rows and columns of root mean square r weigh r^(-2 shaping); 0 */
} laq_block_options;

/* A tensor's blocks, checked. */
typedef struct laq_block_view laq_block_view;

/* Fills the options with the defaults that are stated last at each field. struct_size: sizeof *options. A null pointer
 * is left alone. */
LAQ_API void laq_block_options_init(laq_block_options* options, size_t struct_size) LAQ_NOEXCEPT;

/* The blocks of rows * columns finite numbers. options: null for the defaults. bytes: to be freed with laq_buffer_free.
 * Gives LAQ_INVALID_ARGUMENT or LAQ_OUT_OF_MEMORY where it fails. */
LAQ_API laq_status laq_quantize_blocks(const float* elements, uint64_t rows, uint64_t columns,
                                       const laq_block_options* options, laq_block_format* format, laq_buffer* bytes,
                                       laq_error* error) LAQ_NOEXCEPT;

/* Appends a row of `columns` elements to blocks of one width whose rows stand apart, such as a cache. bytes: a buffer
 * that the library gave, or an empty one. Of the options, effort, importance and shaping count. */
LAQ_API laq_status laq_append_block_row(laq_block_format* format, laq_buffer* bytes, const float* row, size_t columns,
                                        const laq_block_options* options, laq_error* error) LAQ_NOEXCEPT;

/* Checks bytes against a format. They must stay as they are for the life of the view, which is to be freed with
 * laq_block_view_free. Gives LAQ_INVALID_ARGUMENT, LAQ_TRUNCATED, LAQ_CORRUPT or LAQ_OUT_OF_MEMORY where it fails. */
LAQ_API laq_status laq_view_blocks(const laq_block_format* format, const void* data, size_t size, laq_block_view** view,
                                   laq_error* error) LAQ_NOEXCEPT;

/* Whole rows from `row` on, as many as `count` elements are. threads: 1..1024, or 0: one per processor. */
LAQ_API laq_status laq_dequantize_blocks(const laq_block_view* view, uint64_t row, float* elements, size_t count,
                                         int threads, laq_error* error) LAQ_NOEXCEPT;

/* The product of a row with activations in floating point; and of all rows, in integers of 8 bits into which the
 * activations are quantized. product_count: as many as there are rows. */
LAQ_API laq_status laq_dot_blocks(const laq_block_view* view, uint64_t row, const float* activations, size_t count,
                                  float* product, laq_error* error) LAQ_NOEXCEPT;
LAQ_API laq_status laq_matvec_blocks(const laq_block_view* view, const float* activations, size_t count,
                                     float* products, size_t product_count, int threads, laq_error* error) LAQ_NOEXCEPT;

/* Null is left alone. */
LAQ_API void laq_block_view_free(laq_block_view* view) LAQ_NOEXCEPT;

/* Free what a call has given; null is left alone. laq_buffer_free leaves an empty buffer behind. Do not pass pictures,
 * arrays and tensors that no call gave. */
LAQ_API void laq_buffer_free(laq_buffer* buffer) LAQ_NOEXCEPT;
LAQ_API void laq_picture_free(laq_picture* picture) LAQ_NOEXCEPT;
LAQ_API void laq_info_free(laq_info* info) LAQ_NOEXCEPT;
LAQ_API void laq_array_free(laq_array* array) LAQ_NOEXCEPT;
LAQ_API void laq_array_info_free(laq_array_info* info) LAQ_NOEXCEPT;
LAQ_API void laq_tensors_free(laq_tensors* tensors) LAQ_NOEXCEPT;
LAQ_API void laq_tensors_info_free(laq_tensors_info* info) LAQ_NOEXCEPT;

/* "0.1.0"; not to be freed. */
LAQ_API const char* laq_version(void) LAQ_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
