/* The first page of a TIFF in memory. libtiff's settings and tags are asked by functions without fixed arguments, and its
   complaints come as lists of arguments: both end here. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tiffio.h>

struct page {
  TIFF *file;
  const unsigned char *bytes;
  uint64_t length, at;
  /* The first complaint: those after it are of what it led to. */
  char text[300];
};

static int on_error(TIFF *file, void *of, const char *module, const char *format, va_list arguments) {
  struct page *page = of;
  (void)file, (void)module;
  if (page->text[0] == 0)
    vsnprintf(page->text, sizeof page->text, format, arguments);
  return 1; /* nobody else is told */
}

static int on_warning(TIFF *file, void *of, const char *module, const char *format, va_list arguments) {
  (void)file, (void)of, (void)module, (void)format, (void)arguments;
  return 1;
}

static tmsize_t read_bytes(thandle_t of, void *into, tmsize_t wanted) {
  struct page *page = of;
  uint64_t left = page->at < page->length ? page->length - page->at : 0;
  uint64_t count = (uint64_t)wanted < left ? (uint64_t)wanted : left;
  if (wanted < 0)
    return 0;
  memcpy(into, page->bytes + page->at, count);
  page->at += count;
  return (tmsize_t)count;
}

static tmsize_t write_nothing(thandle_t of, void *from, tmsize_t wanted) {
  (void)of, (void)from, (void)wanted;
  return 0;
}

static toff_t seek(thandle_t of, toff_t to, int whence) {
  struct page *page = of;
  page->at = whence == SEEK_CUR ? page->at + to : whence == SEEK_END ? page->length + to : to;
  return page->at;
}

static int close_nothing(thandle_t of) {
  (void)of;
  return 0;
}

static toff_t size_of(thandle_t of) { return ((struct page *)of)->length; }

static int map(thandle_t of, void **base, toff_t *size) {
  struct page *page = of;
  *base = (void *)page->bytes; /* only read: the file is open for reading */
  *size = page->length;
  return 1;
}

static void unmap(thandle_t of, void *base, toff_t size) { (void)of, (void)base, (void)size; }

struct page *safelight_tiff_new(void) { return calloc(1, sizeof(struct page)); }

void safelight_tiff_free(struct page *page) {
  if (page->file != NULL)
    TIFFClose(page->file);
  free(page);
}

/* Light instead of its logarithm. */
static void ask_for_light(TIFF *file) {
  uint16_t compression = 0;
  TIFFGetFieldDefaulted(file, TIFFTAG_COMPRESSION, &compression);
  if (compression == COMPRESSION_SGILOG || compression == COMPRESSION_SGILOG24)
    TIFFSetField(file, TIFFTAG_SGILOGDATAFMT, SGILOGDATAFMT_FLOAT);
}

/* `most` is the most bytes that libtiff may allocate at once. */
int safelight_tiff_open(struct page *page, const unsigned char *bytes, uint64_t length, uint64_t most) {
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
  if (options == NULL)
    return 0;
  page->bytes = bytes;
  page->length = length;
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, (tmsize_t)most);
  TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, page);
  TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, page);
  page->file = TIFFClientOpenExt("TIFF", "r", page, read_bytes, write_nothing, seek, close_nothing, size_of, map, unmap, options);
  TIFFOpenOptionsFree(options);
  if (page->file == NULL)
    return 0;
  page->text[0] = 0; /* the page can be read, whatever was said */
  ask_for_light(page->file);
  return 1;
}

const char *safelight_tiff_complaint(const struct page *page) { return page->text; }

/* `Facts` of ffi.rs. */
struct facts {
  uint64_t piece_bytes;
  uint32_t width, height;
  uint32_t piece_width, piece_height;
  uint16_t tiled, planes;
  uint16_t bits, samples, format;
  uint16_t photometric, has_photometric, compression, has_decoder, orientation, inks;
  uint16_t extra, first_extra;
  uint16_t beside;
  float white_x, white_y;
};

/* Whether the picture itself may be on another page: this one is a smaller version, or has pages inside of it, or is of a DNG. */
static uint16_t is_beside(TIFF *file) {
  uint32_t type = 0;
  uint16_t count = 0;
  uint64_t *places = NULL;
  unsigned char *version = NULL;
  TIFFGetField(file, TIFFTAG_SUBFILETYPE, &type);
  return (type & FILETYPE_REDUCEDIMAGE) != 0 || (TIFFGetField(file, TIFFTAG_SUBIFD, &count, &places) == 1 && count > 0) ||
         TIFFGetField(file, TIFFTAG_DNGVERSION, &version) == 1;
}

static uint16_t number(TIFF *file, uint32_t tag, uint16_t otherwise) {
  uint16_t value = otherwise;
  return TIFFGetFieldDefaulted(file, tag, &value) == 1 ? value : otherwise;
}

void safelight_tiff_facts(struct page *page, struct facts *facts) {
  TIFF *file = page->file;
  uint16_t *extras = NULL;
  float *white = NULL;
  memset(facts, 0, sizeof *facts);
  TIFFGetField(file, TIFFTAG_IMAGEWIDTH, &facts->width);
  TIFFGetField(file, TIFFTAG_IMAGELENGTH, &facts->height);
  facts->tiled = TIFFIsTiled(file) != 0;
  if (facts->tiled) {
    TIFFGetField(file, TIFFTAG_TILEWIDTH, &facts->piece_width);
    TIFFGetField(file, TIFFTAG_TILELENGTH, &facts->piece_height);
    facts->piece_bytes = TIFFTileSize64(file);
  } else {
    facts->piece_width = facts->width;
    TIFFGetFieldDefaulted(file, TIFFTAG_ROWSPERSTRIP, &facts->piece_height);
    if (facts->piece_height > facts->height)
      facts->piece_height = facts->height;
    facts->piece_bytes = TIFFStripSize64(file);
  }
  facts->bits = number(file, TIFFTAG_BITSPERSAMPLE, 1);
  facts->samples = number(file, TIFFTAG_SAMPLESPERPIXEL, 1);
  facts->format = number(file, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
  facts->planes = number(file, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) == PLANARCONFIG_SEPARATE ? facts->samples : 1;
  facts->has_photometric = TIFFGetField(file, TIFFTAG_PHOTOMETRIC, &facts->photometric) == 1;
  facts->compression = number(file, TIFFTAG_COMPRESSION, COMPRESSION_NONE);
  facts->has_decoder = TIFFIsCODECConfigured(facts->compression) != 0;
  facts->orientation = number(file, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
  facts->inks = number(file, TIFFTAG_INKSET, INKSET_CMYK);
  if (TIFFGetFieldDefaulted(file, TIFFTAG_EXTRASAMPLES, &facts->extra, &extras) != 1)
    facts->extra = 0;
  facts->beside = is_beside(file);
  if (TIFFGetField(file, TIFFTAG_WHITEPOINT, &white) == 1 && white != NULL)
    facts->white_x = white[0], facts->white_y = white[1];
  facts->first_extra = facts->extra > 0 && extras != NULL ? extras[0] : 0;
}

int safelight_tiff_profile(struct page *page, const unsigned char **bytes, uint32_t *length) {
  return TIFFGetField(page->file, TIFFTAG_ICCPROFILE, length, bytes) == 1 && *bytes != NULL;
}

/* Each table has as many entries as `bits` can tell apart. */
int safelight_tiff_palette(struct page *page, const uint16_t *tables[3]) {
  uint16_t *red = NULL, *green = NULL, *blue = NULL;
  if (TIFFGetField(page->file, TIFFTAG_COLORMAP, &red, &green, &blue) != 1)
    return 0;
  tables[0] = red, tables[1] = green, tables[2] = blue;
  return red != NULL && green != NULL && blue != NULL;
}

/* A strip or tile as it is stored, without its compression, in the order of bytes of this machine. Returns how many bytes came. */
int64_t safelight_tiff_piece(struct page *page, uint32_t piece, unsigned char *into, uint64_t room) {
  page->text[0] = 0;
  return TIFFIsTiled(page->file) ? TIFFReadEncodedTile(page->file, piece, into, (tmsize_t)room)
                                 : TIFFReadEncodedStrip(page->file, piece, into, (tmsize_t)room);
}

/* Red, green and blue of the rows from `row` on, whatever the page has. `pixels` has room for one number for each of their
   pixels, `into` for three bytes. */
int safelight_tiff_colours(struct page *page, uint32_t row, uint32_t rows, uint32_t *pixels, unsigned char *into) {
  TIFFRGBAImage image;
  char said[1024] = "";
  page->text[0] = 0;
  if (!TIFFRGBAImageBegin(&image, page->file, 1, said)) {
    if (page->text[0] == 0)
      snprintf(page->text, sizeof page->text, "%s", said);
    return 0;
  }
  image.req_orientation = image.orientation; /* it is turned later */
  image.row_offset = (int)row;
  image.col_offset = 0;
  uint32_t width = image.width;
  int done = TIFFRGBAImageGet(&image, pixels, width, rows);
  TIFFRGBAImageEnd(&image);
  for (size_t at = 0; at < (size_t)width * rows; at++) {
    into[3 * at] = TIFFGetR(pixels[at]);
    into[3 * at + 1] = TIFFGetG(pixels[at]);
    into[3 * at + 2] = TIFFGetB(pixels[at]);
  }
  return done;
}
