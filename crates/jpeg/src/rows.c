/* The scanline interface of libjpeg as functions without callbacks. Errors of libjpeg leave its functions by longjmp, which must
   not cross frames of Rust: each function here catches them. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

/* How bad a complaint is; `Damage` of reader.rs. */
enum { NONE, HARMLESS, WRONG_PARTS, MISSING_PARTS, FATAL };

struct complaints {
  struct jpeg_error_mgr base;
  jmp_buf leave;
  /* The worst so far, and its text. */
  int damage;
  char text[JMSG_LENGTH_MAX];
  /* The file ended without its last marker. Alone that is no damage; all that is wrong afterwards is missing. */
  int ended;
};

static void note(j_common_ptr info, int damage) {
  struct complaints *complaints = (struct complaints *)info->err;
  if (damage > complaints->damage) {
    complaints->damage = damage;
    info->err->format_message(info, complaints->text);
  }
}

static void on_error(j_common_ptr info) {
  note(info, FATAL);
  longjmp(((struct complaints *)info->err)->leave, 1);
}

static void on_message(j_common_ptr info, int level) {
  if (level >= 0)
    return; /* not a warning */
  switch (info->err->msg_code) {
  case JWRN_EXTRANEOUS_DATA: /* cameras and editors write such files every day */
  case JWRN_NOT_SEQUENTIAL:
  case JWRN_JFIF_MAJOR:
  case JWRN_ADOBE_XFORM:
    note(info, HARMLESS);
    break;
  case JWRN_JPEG_EOF:
    ((struct complaints *)info->err)->ended = 1;
    break;
  default:
    note(info, ((struct complaints *)info->err)->ended ? MISSING_PARTS : WRONG_PARTS);
  }
}

static void print_nothing(j_common_ptr info) { (void)info; }

static struct jpeg_error_mgr *listen(struct complaints *complaints) {
  struct jpeg_error_mgr *base = jpeg_std_error(&complaints->base);
  base->error_exit = on_error;
  base->emit_message = on_message;
  base->output_message = print_nothing;
  complaints->damage = NONE;
  complaints->ended = 0;
  complaints->text[0] = 0;
  return base;
}

struct reader {
  struct jpeg_decompress_struct info; /* first, so that a pointer to it is one to the reader */
  struct complaints complaints;
  struct jpeg_progress_mgr progress;
  int most_scans;
};

static void limit_scans(j_common_ptr info) {
  struct reader *reader = (struct reader *)info;
  if (reader->info.input_scan_number <= reader->most_scans)
    return;
  reader->complaints.damage = FATAL;
  snprintf(reader->complaints.text, sizeof reader->complaints.text, "it has more than %d scans", reader->most_scans);
  longjmp(reader->complaints.leave, 1);
}

static int create(struct reader *reader) {
  reader->info.err = listen(&reader->complaints);
  if (setjmp(reader->complaints.leave))
    return 0;
  jpeg_create_decompress(&reader->info);
  return 1;
}

struct reader *safelight_jpeg_reader_new(void) {
  struct reader *reader = calloc(1, sizeof *reader);
  if (reader == NULL || create(reader))
    return reader;
  free(reader);
  return NULL;
}

void safelight_jpeg_reader_free(struct reader *reader) {
  if (setjmp(reader->complaints.leave) == 0)
    jpeg_destroy_decompress(&reader->info);
  free(reader);
}

static void open_file(struct reader *reader, const unsigned char *bytes, size_t length) {
  struct jpeg_decompress_struct *info = &reader->info;
  jpeg_mem_src(info, bytes, length);
  jpeg_read_header(info, TRUE);
  reader->progress.progress_monitor = limit_scans;
  info->progress = &reader->progress;
}

int safelight_jpeg_reader_open(struct reader *reader, const unsigned char *bytes, size_t length, int most_scans) {
  if (setjmp(reader->complaints.leave))
    return 0;
  reader->most_scans = most_scans;
  open_file(reader, bytes, length);
  return 1;
}

/* Whether the file has brightness and two colours in planes of their own. */
int safelight_jpeg_reader_has_planes(const struct reader *reader) {
  return reader->info.jpeg_color_space == JCS_YCbCr && reader->info.num_components == 3;
}

/* `channels` of a pixel, or 0 for the planes as they are. */
int safelight_jpeg_reader_start(struct reader *reader, int channels, unsigned scale, unsigned *width, unsigned *height) {
  struct jpeg_decompress_struct *info = &reader->info;
  if (setjmp(reader->complaints.leave))
    return 0;
  info->scale_num = 1;
  info->scale_denom = scale;
  info->raw_data_out = channels == 0;
  info->out_color_space = channels == 0   ? JCS_YCbCr
                          : channels == 1 ? JCS_GRAYSCALE
                          : channels == 4 ? JCS_CMYK
                                          : JCS_RGB;
  jpeg_start_decompress(info);
  *width = info->output_width;
  *height = info->output_height;
  return 1;
}

struct plane {
  /* Samples of the picture in it, whole ones and as a part of them. */
  unsigned width, height;
  double covered_width, covered_height;
  /* Samples that are written of a row, and rows at a time. */
  unsigned written, rows;
};

void safelight_jpeg_reader_plane(const struct reader *reader, int number, struct plane *plane) {
  const struct jpeg_decompress_struct *info = &reader->info;
  const jpeg_component_info *component = &info->comp_info[number];
  double across = (double)component->h_samp_factor * component->DCT_scaled_size / (info->max_h_samp_factor * DCTSIZE);
  double down = (double)component->v_samp_factor * component->DCT_scaled_size / (info->max_v_samp_factor * DCTSIZE);
  plane->width = component->downsampled_width;
  plane->height = component->downsampled_height;
  plane->covered_width = info->image_width * across;
  plane->covered_height = info->image_height * down;
  plane->written = component->width_in_blocks * component->DCT_scaled_size;
  plane->rows = component->v_samp_factor * component->DCT_scaled_size;
}

/* The most rows that a plane has at a time: four blocks. */
enum { MOST_ROWS = 4 * DCTSIZE };

/* The next rows of all planes. */
int safelight_jpeg_reader_planes(struct reader *reader, unsigned char *const into[3], const size_t strides[3]) {
  struct jpeg_decompress_struct *info = &reader->info;
  JSAMPROW pointers[3][MOST_ROWS];
  JSAMPARRAY planes[3];
  if (setjmp(reader->complaints.leave))
    return 0;
  for (int number = 0; number < 3; number++) {
    const jpeg_component_info *component = &info->comp_info[number];
    for (int row = 0; row < component->v_samp_factor * component->DCT_scaled_size; row++)
      pointers[number][row] = into[number] + row * strides[number];
    planes[number] = pointers[number];
  }
  unsigned lines = info->max_v_samp_factor * info->min_DCT_scaled_size;
  return jpeg_read_raw_data(info, planes, lines) == lines;
}

static int read_rows(struct jpeg_decompress_struct *info, unsigned char *into, size_t stride, unsigned rows) {
  JSAMPROW pointers[16];
  while (rows > 0) {
    unsigned wanted = rows < 16 ? rows : 16;
    for (unsigned at = 0; at < wanted; at++)
      pointers[at] = into + at * stride;
    unsigned got = jpeg_read_scanlines(info, pointers, wanted);
    if (got == 0)
      return 0;
    into += got * stride;
    rows -= got;
  }
  return 1;
}

int safelight_jpeg_reader_rows(struct reader *reader, unsigned char *into, size_t stride, unsigned rows) {
  if (setjmp(reader->complaints.leave))
    return 0;
  return read_rows(&reader->info, into, stride, rows);
}

/* Whether every coefficient of a picture in passes has come, to its last bit. */
static int has_all_passes(const struct jpeg_decompress_struct *info) {
  if (info->coef_bits == NULL)
    return 0;
  for (int component = 0; component < info->num_components; component++)
    for (int at = 0; at < DCTSIZE2; at++)
      if (info->coef_bits[component][at] != 0)
        return 0;
  return 1;
}

/* Whether a file without an end has all of its picture, as far as nobody complained. An arithmetic decoder never does. */
static int is_whole(const struct jpeg_decompress_struct *info) {
  if (info->arith_code)
    return 0;
  if (info->progressive_mode)
    return has_all_passes(info);
  for (int component = 0; component < info->num_components; component++)
    if (info->comps_in_scan < info->num_components && info->comp_info[component].quant_table == NULL)
      return 0; /* its scan has not begun */
  return 1;
}

/* The worst complaint so far; its text lives as long as the reader. */
int safelight_jpeg_reader_damage(const struct reader *reader, const char **text) {
  const struct complaints *complaints = &reader->complaints;
  *text = complaints->text;
  if (complaints->ended && complaints->damage < MISSING_PARTS && !is_whole(&reader->info)) {
    *text = "Premature end of JPEG file";
    return MISSING_PARTS;
  }
  return complaints->damage;
}

/* A Huffman table as the file has it: how many codes there are of each length, and their symbols from the shortest code on. */
struct table {
  unsigned char lengths[17];
  unsigned char symbols[256];
};

/* In the order of enum jpeg_huffman of writer.rs. */
enum { PROGRESSIVE, OPTIMAL, GIVEN };

struct order {
  const unsigned char *samples; /* RGB */
  size_t stride;
  unsigned width, height;
  int quality;
  int halves_colours;
  int huffman;
  /* A sample: of the rows in bands of this many every so manyth band, and of each band one of so many parts from left to right,
     the next one in the next band. One of both is the whole picture. */
  unsigned band, every, parts;
};

struct writer {
  struct jpeg_compress_struct info;
  struct complaints complaints;
};

static void use_table(j_compress_ptr info, JHUFF_TBL **slot, const struct table *table) {
  if (*slot == NULL)
    *slot = jpeg_alloc_huff_table((j_common_ptr)info);
  memcpy((*slot)->bits, table->lengths, sizeof table->lengths);
  memcpy((*slot)->huffval, table->symbols, sizeof table->symbols);
  (*slot)->sent_table = FALSE;
}

static void tell_table(struct table *table, const JHUFF_TBL *used) {
  memcpy(table->lengths, used->bits, sizeof table->lengths);
  memcpy(table->symbols, used->huffval, sizeof table->symbols);
}

static unsigned chosen_rows(const struct order *order) {
  unsigned bands = order->height / order->band;
  return order->every == 1 ? order->height : (bands + order->every - 1) / order->every * order->band;
}

/* Whole blocks, so that what is sampled is what will be written. */
static unsigned chosen_columns(const struct order *order) {
  return order->parts == 1 ? order->width : order->width / order->parts / order->band * order->band;
}

static const unsigned char *chosen_row(const struct order *order, unsigned row) {
  unsigned band = row / order->band;
  unsigned column = band % order->parts * chosen_columns(order);
  return order->samples + (band * order->every * order->band + row % order->band) * order->stride + column * 3;
}

static void set_up(j_compress_ptr info, const struct order *order, const struct table *tables) {
  info->image_width = chosen_columns(order);
  info->image_height = chosen_rows(order);
  info->input_components = 3;
  info->in_color_space = JCS_RGB;
  jpeg_set_defaults(info);
  jpeg_set_quality(info, order->quality, TRUE);
  info->comp_info[0].h_samp_factor = info->comp_info[0].v_samp_factor = order->halves_colours ? 2 : 1;
  info->write_JFIF_header = FALSE;
  info->optimize_coding = order->huffman == OPTIMAL;
  if (order->huffman == PROGRESSIVE)
    jpeg_simple_progression(info);
  if (order->huffman != GIVEN)
    return;
  for (int slot = 0; slot < 2; slot++) {
    use_table(info, &info->dc_huff_tbl_ptrs[slot], &tables[2 * slot]);
    use_table(info, &info->ac_huff_tbl_ptrs[slot], &tables[2 * slot + 1]);
  }
}

static void write_rows(j_compress_ptr info, const struct order *order) {
  while (info->next_scanline < info->image_height) {
    JSAMPROW pointer = (JSAMPROW)chosen_row(order, info->next_scanline);
    jpeg_write_scanlines(info, &pointer, 1);
  }
}

/* Tables are read where they are given, and told where optimal ones were made: DC and AC of brightness, DC and AC of colour.
   `bytes` is to be freed by the function below where this one did not fail. */
int safelight_jpeg_write(const struct order *order, struct table *tables, unsigned char **bytes, unsigned long *length,
                         char *complaint, size_t room) {
  struct writer writer;
  memset(&writer.info, 0, sizeof writer.info);
  writer.info.err = listen(&writer.complaints);
  *bytes = NULL;
  *length = 0;
  if (setjmp(writer.complaints.leave)) {
    snprintf(complaint, room, "%s", writer.complaints.text);
    jpeg_destroy_compress(&writer.info);
    *bytes = NULL; /* libjpeg may have put a longer one in its place, and only tells at the end */
    return 0;
  }
  jpeg_create_compress(&writer.info);
  jpeg_mem_dest(&writer.info, bytes, length);
  set_up(&writer.info, order, tables);
  jpeg_start_compress(&writer.info, TRUE);
  write_rows(&writer.info, order);
  jpeg_finish_compress(&writer.info);
  for (int slot = 0; order->huffman == OPTIMAL && slot < 2; slot++) {
    tell_table(&tables[2 * slot], writer.info.dc_huff_tbl_ptrs[slot]);
    tell_table(&tables[2 * slot + 1], writer.info.ac_huff_tbl_ptrs[slot]);
  }
  jpeg_destroy_compress(&writer.info);
  return 1;
}

void safelight_jpeg_free(unsigned char *bytes) { free(bytes); }
