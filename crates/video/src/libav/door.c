/* What Safelight asks of libav, as functions with plain arguments: the layout of libav's structures differs between releases and
   stays on this side. One file is read, by its descriptor; nothing that it names is opened. */
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/channel_layout.h>
#include <libavutil/display.h>
#include <libavutil/dovi_meta.h>
#include <libavutil/intreadwrite.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libavutil/spherical.h>
#include <libavutil/stereo3d.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>

enum { IO_BYTES = 1 << 16, WORDS = 256 };

/* Where there is no time. */
#define NEVER INT64_MIN

static pthread_mutex_t words_lock = PTHREAD_MUTEX_INITIALIZER;
static char last_words[WORDS];

/* The last complaint is kept for the log. */
static void note(void *from, int level, const char *format, va_list args) {
  if (level > AV_LOG_ERROR)
    return;
  char line[WORDS];
  int prefix = 1;
  av_log_format_line(from, level, format, args, line, sizeof line, &prefix);
  line[strcspn(line, "\r\n")] = 0;
  pthread_mutex_lock(&words_lock);
  memcpy(last_words, line, sizeof last_words);
  pthread_mutex_unlock(&words_lock);
}

void safelight_av_last_words(char *into, size_t size) {
  pthread_mutex_lock(&words_lock);
  snprintf(into, size, "%s", last_words);
  pthread_mutex_unlock(&words_lock);
}

/* A file that is taken apart. */
struct reader {
  int fd;
  int64_t at;
  int64_t length;
  /* Why bytes of the file could not be read: a number of errno. */
  int failed;
  AVIOContext *io;
  AVFormatContext *format;
  AVPacket *packet;
};

static int read_some(void *opaque, uint8_t *into, int size) {
  struct reader *reader = opaque;
  ssize_t got;
  do
    got = pread(reader->fd, into, (size_t)size, reader->at);
  while (got < 0 && errno == EINTR);
  if (got < 0) {
    reader->failed = errno;
    return AVERROR(errno);
  }
  if (got == 0)
    return AVERROR_EOF;
  reader->at += got;
  return (int)got;
}

static int64_t seek_to(void *opaque, int64_t offset, int whence) {
  struct reader *reader = opaque;
  switch (whence & ~AVSEEK_FORCE) {
  case AVSEEK_SIZE:
    return reader->length;
  case SEEK_SET:
    break;
  case SEEK_CUR:
    offset += reader->at;
    break;
  case SEEK_END:
    offset += reader->length;
    break;
  default:
    return AVERROR(EINVAL);
  }
  if (offset < 0)
    return AVERROR(EINVAL);
  reader->at = offset;
  return offset;
}

/* No other file and no address is opened, whoever names it. */
static int open_nothing(AVFormatContext *format, AVIOContext **io, const char *url, int flags, AVDictionary **options) {
  (void)format, (void)io, (void)url, (void)flags, (void)options;
  return AVERROR(EPERM);
}

void safelight_av_close(struct reader *reader) {
  if (!reader)
    return;
  av_packet_free(&reader->packet);
  if (reader->format)
    avformat_close_input(&reader->format);
  if (reader->io) {
    av_freep(&reader->io->buffer);
    avio_context_free(&reader->io);
  }
  if (reader->fd >= 0)
    close(reader->fd);
  av_free(reader);
}

/* Takes the descriptor over, whatever comes of it. `demuxers` are the only ones that may look at the file. `why` is libav's number of the
   error. */
struct reader *safelight_av_open(int fd, const char *demuxers, int *why) {
  av_log_set_callback(note);
  *why = AVERROR(ENOMEM);
  struct reader *reader = av_mallocz(sizeof *reader);
  if (!reader) {
    close(fd);
    return NULL;
  }
  reader->fd = fd;
  struct stat about;
  if (fstat(fd, &about) == 0)
    reader->length = about.st_size;
  uint8_t *buffer = av_malloc(IO_BYTES);
  reader->packet = av_packet_alloc();
  reader->format = avformat_alloc_context();
  if (buffer)
    reader->io = avio_alloc_context(buffer, IO_BYTES, 0, reader, read_some, NULL, seek_to);
  if (!reader->packet || !reader->format || !reader->io) {
    if (!reader->io)
      av_free(buffer);
    safelight_av_close(reader);
    return NULL;
  }
  reader->format->pb = reader->io;
  reader->format->flags |= AVFMT_FLAG_CUSTOM_IO;
  reader->format->format_whitelist = av_strdup(demuxers);
  reader->format->io_open = open_nothing;
  *why = avformat_open_input(&reader->format, NULL, NULL, NULL);
  if (*why >= 0)
    *why = avformat_find_stream_info(reader->format, NULL);
  if (*why < 0) {
    safelight_av_close(reader);
    return NULL;
  }
  return reader;
}

/* The file as a whole. */
struct file_facts {
  const char *format;
  unsigned streams;
  int may_jump;
  int64_t start_us;
  int64_t duration_us;
};

void safelight_av_file(const struct reader *reader, struct file_facts *facts) {
  const AVFormatContext *format = reader->format;
  memset(facts, 0, sizeof *facts);
  facts->format = format->iformat->name;
  facts->streams = format->nb_streams;
  facts->may_jump = (format->iformat->flags & AVFMT_TS_DISCONT) != 0;
  facts->start_us = format->start_time;
  facts->duration_us = format->duration;
}

/* One stream. Words are libav's, and NULL where nothing is told. */
struct stream_facts {
  int kind; /* 1 pictures, 2 sound, 0 anything else */
  const char *codec;
  const char *profile;
  char tag[5];
  int has_decoder;
  int is_default;
  int is_still;
  int is_empty;
  int width, height;
  int aspect_n, aspect_d;
  int has_matrix;
  int32_t matrix[9];
  const char *pixels;
  const char *primaries, *transfer, *matrix_name;
  int is_full_range;
  int is_interlaced;
  int rate_n, rate_d;
  int sample_rate, channels;
  int is_ambisonic;
  int frame_size; /* samples of each channel of a packet; 0 where that differs or is not known */
  int64_t bitrate;
  int64_t start, duration;
  int time_n, time_d;
  int delay;
  int dovi_profile, dovi_compatibility;
  int projection; /* 1 equirectangular, 2 cubemap, 0 none that is known */
  int32_t pose[3]; /* yaw, pitch and roll, in degrees of 16.16 bits */
  uint32_t bounds[4]; /* what is cut off at the left, top, right and bottom, in shares of 0.32 bits */
  uint32_t padding;
  int stereo; /* 1 one eye, 2 one above the other, 3 side by side, the left eye first; 0 nothing is told */
  const uint8_t *extra;
  size_t extra_length;
};

static const char *told(const char *name, int value, int unknown) { return value == unknown ? NULL : name; }

/* How pictures that are seen all around, or by two eyes, are laid out. */
static void view_facts(const AVStream *stream, struct stream_facts *facts) {
  const AVSphericalMapping *sphere = (const AVSphericalMapping *)av_stream_get_side_data(stream, AV_PKT_DATA_SPHERICAL, NULL);
  if (sphere) {
    facts->projection = sphere->projection == AV_SPHERICAL_CUBEMAP ? 2
                        : sphere->projection == AV_SPHERICAL_EQUIRECTANGULAR || sphere->projection == AV_SPHERICAL_EQUIRECTANGULAR_TILE
                            ? 1
                            : 0;
    facts->pose[0] = sphere->yaw;
    facts->pose[1] = sphere->pitch;
    facts->pose[2] = sphere->roll;
    facts->bounds[0] = sphere->bound_left;
    facts->bounds[1] = sphere->bound_top;
    facts->bounds[2] = sphere->bound_right;
    facts->bounds[3] = sphere->bound_bottom;
    facts->padding = sphere->padding;
  }
  const AVStereo3D *eyes = (const AVStereo3D *)av_stream_get_side_data(stream, AV_PKT_DATA_STEREO3D, NULL);
  if (eyes && !(eyes->flags & AV_STEREO3D_FLAG_INVERT))
    facts->stereo = eyes->type == AV_STEREO3D_2D           ? 1
                    : eyes->type == AV_STEREO3D_TOPBOTTOM  ? 2
                    : eyes->type == AV_STEREO3D_SIDEBYSIDE ? 3
                                                           : 0;
}

static void video_facts(const struct reader *reader, AVStream *stream, struct stream_facts *facts) {
  const AVCodecParameters *par = stream->codecpar;
  facts->width = par->width;
  facts->height = par->height;
  AVRational aspect = av_guess_sample_aspect_ratio(reader->format, stream, NULL);
  facts->aspect_n = aspect.num;
  facts->aspect_d = aspect.den;
  const int32_t *matrix = (const int32_t *)av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, NULL);
  if (matrix) {
    facts->has_matrix = 1;
    memcpy(facts->matrix, matrix, sizeof facts->matrix);
  }
  facts->pixels = av_get_pix_fmt_name(par->format);
  facts->primaries = told(av_color_primaries_name(par->color_primaries), par->color_primaries, AVCOL_PRI_UNSPECIFIED);
  facts->transfer = told(av_color_transfer_name(par->color_trc), par->color_trc, AVCOL_TRC_UNSPECIFIED);
  facts->matrix_name = told(av_color_space_name(par->color_space), par->color_space, AVCOL_SPC_UNSPECIFIED);
  facts->is_full_range = par->color_range == AVCOL_RANGE_JPEG;
  facts->is_interlaced = par->field_order > AV_FIELD_PROGRESSIVE;
  AVRational rate = stream->avg_frame_rate.num > 0 ? stream->avg_frame_rate : stream->r_frame_rate;
  facts->rate_n = rate.num;
  facts->rate_d = rate.den;
  facts->delay = par->video_delay;
  const AVDOVIDecoderConfigurationRecord *dovi =
      (const AVDOVIDecoderConfigurationRecord *)av_stream_get_side_data(stream, AV_PKT_DATA_DOVI_CONF, NULL);
  facts->dovi_profile = dovi ? dovi->dv_profile : -1;
  facts->dovi_compatibility = dovi ? dovi->dv_bl_signal_compatibility_id : -1;
}

/* False where there is no such stream. */
int safelight_av_stream(const struct reader *reader, unsigned index, struct stream_facts *facts) {
  memset(facts, 0, sizeof *facts);
  if (index >= reader->format->nb_streams)
    return 0;
  AVStream *stream = reader->format->streams[index];
  const AVCodecParameters *par = stream->codecpar;
  facts->codec = par->codec_id == AV_CODEC_ID_NONE ? NULL : avcodec_get_name(par->codec_id);
  facts->profile = avcodec_profile_name(par->codec_id, par->profile);
  AV_WL32(facts->tag, par->codec_tag);
  facts->has_decoder = avcodec_find_decoder(par->codec_id) != NULL;
  facts->is_default = (stream->disposition & AV_DISPOSITION_DEFAULT) != 0;
  facts->is_still = (stream->disposition & (AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS)) != 0;
  facts->is_empty = strstr(reader->format->iformat->name, "mov") && avformat_index_get_entries_count(stream) == 0 &&
                    stream->nb_frames == 0 && stream->duration <= 0;
  facts->bitrate = par->bit_rate;
  facts->start = stream->start_time;
  facts->duration = stream->duration;
  facts->time_n = stream->time_base.num;
  facts->time_d = stream->time_base.den;
  facts->extra = par->extradata;
  facts->extra_length = par->extradata_size > 0 ? (size_t)par->extradata_size : 0;
  facts->dovi_profile = -1;
  if (par->codec_type == AVMEDIA_TYPE_VIDEO) {
    facts->kind = 1;
    video_facts(reader, stream, facts);
    view_facts(stream, facts);
  } else if (par->codec_type == AVMEDIA_TYPE_AUDIO) {
    facts->kind = 2;
    facts->sample_rate = par->sample_rate;
    facts->channels = par->ch_layout.nb_channels;
    facts->frame_size = par->frame_size;
    facts->is_ambisonic = par->ch_layout.order == AV_CHANNEL_ORDER_AMBISONIC && par->ch_layout.nb_channels > 1;
  }
  return 1;
}

/* Of a file whose index tells where every sample lies: the end of what is there of a stream, in its time, and whether anything is missing.
   NEVER where there is no such index. */
int64_t safelight_av_held(const struct reader *reader, unsigned index, int *is_cut) {
  *is_cut = 0;
  if (index >= reader->format->nb_streams || !strstr(reader->format->iformat->name, "mov"))
    return NEVER;
  AVStream *stream = reader->format->streams[index];
  int count = avformat_index_get_entries_count(stream);
  int64_t end = NEVER;
  for (int at = 0; at < count; at++) {
    const AVIndexEntry *entry = avformat_index_get_entry(stream, at);
    if (entry->pos + entry->size > reader->length) {
      *is_cut = 1;
      continue;
    }
    const AVIndexEntry *next = at + 1 < count ? avformat_index_get_entry(stream, at + 1) : NULL;
    int64_t until = next ? next->timestamp : entry->timestamp;
    if (until > end)
      end = until;
  }
  return end;
}

/* Streams that nobody reads are left out where the container can skip them. */
void safelight_av_use(struct reader *reader, unsigned index, int is_used, int only_key_frames) {
  if (index >= reader->format->nb_streams)
    return;
  AVStream *stream = reader->format->streams[index];
  stream->discard = !is_used ? AVDISCARD_ALL : only_key_frames ? AVDISCARD_NONKEY : AVDISCARD_DEFAULT;
}

struct packet_facts {
  unsigned stream;
  int64_t pts, dts, duration;
  int is_key, is_hidden;
  unsigned skip_start, skip_end;
  const uint8_t *data;
  size_t length;
};

/* Goes on near this byte of the file: 0, or libav's number of the error. */
int safelight_av_jump(struct reader *reader, int64_t byte) {
  return avformat_seek_file(reader->format, -1, INT64_MIN, byte, INT64_MAX, AVSEEK_FLAG_BYTE);
}

/* The next packet: 1; the end: 0; otherwise libav's number of the error. The packet stays until the next call. */
int safelight_av_read(struct reader *reader, struct packet_facts *facts) {
  AVPacket *packet = reader->packet;
  av_packet_unref(packet);
  int result = av_read_frame(reader->format, packet);
  if (result == AVERROR_EOF || (result < 0 && avio_feof(reader->format->pb)))
    return 0;
  if (result < 0)
    return result;
  memset(facts, 0, sizeof *facts);
  facts->stream = (unsigned)packet->stream_index;
  facts->pts = packet->pts;
  facts->dts = packet->dts;
  facts->duration = packet->duration;
  facts->is_key = (packet->flags & AV_PKT_FLAG_KEY) != 0;
  facts->is_hidden = (packet->flags & AV_PKT_FLAG_DISCARD) != 0;
  size_t size = 0;
  const uint8_t *skip = av_packet_get_side_data(packet, AV_PKT_DATA_SKIP_SAMPLES, &size);
  if (skip && size >= 8) {
    facts->skip_start = AV_RL32(skip);
    facts->skip_end = AV_RL32(skip + 4);
  }
  facts->data = packet->data;
  facts->length = packet->size > 0 ? (size_t)packet->size : 0;
  return 1;
}

/* Why the file itself could not be read on: a number of errno, or 0. */
int safelight_av_failed(const struct reader *reader) { return reader->failed; }

/* Which channels of a piece of sound are heard: all; the first two of more than there are loudspeakers for; or of ambisonics (in the order ACN) the
   first two, which hold the sound from all sides and that from the left. */
enum heard { HEARD_ALL, HEARD_TWO, HEARD_AMBISONIC };

/* A stream that is decoded. */
struct decoder {
  AVCodecContext *context;
  AVFrame *frame;
  AVPacket *packet;
  SwrContext *resampler;
  /* What the resampler was made for. */
  AVChannelLayout from_layout, to_layout;
  int from_rate, to_rate, from_format;
  uint8_t *samples;
  unsigned samples_size;
  /* Which of the channels are heard, and two of more. */
  enum heard heard;
  uint8_t *two;
  unsigned two_size;
};

void safelight_av_decoder_free(struct decoder *decoder) {
  if (!decoder)
    return;
  avcodec_free_context(&decoder->context);
  av_frame_free(&decoder->frame);
  av_packet_free(&decoder->packet);
  swr_free(&decoder->resampler);
  av_channel_layout_uninit(&decoder->from_layout);
  av_channel_layout_uninit(&decoder->to_layout);
  av_free(decoder->samples);
  av_free(decoder->two);
  av_free(decoder);
}

/* `threads`: 0 for as many as there are processors. `one_by_one`: every picture comes out as soon as it can. */
struct decoder *safelight_av_decoder(const struct reader *reader, unsigned index, int threads, int one_by_one, int *why) {
  *why = AVERROR_DECODER_NOT_FOUND;
  if (index >= reader->format->nb_streams)
    return NULL;
  const AVStream *stream = reader->format->streams[index];
  const AVCodec *codec = avcodec_find_decoder(stream->codecpar->codec_id);
  if (!codec)
    return NULL;
  *why = AVERROR(ENOMEM);
  struct decoder *decoder = av_mallocz(sizeof *decoder);
  if (!decoder)
    return NULL;
  decoder->context = avcodec_alloc_context3(codec);
  decoder->frame = av_frame_alloc();
  decoder->packet = av_packet_alloc();
  if (!decoder->context || !decoder->frame || !decoder->packet)
    goto failed;
  *why = avcodec_parameters_to_context(decoder->context, stream->codecpar);
  if (*why < 0)
    goto failed;
  decoder->context->pkt_timebase = (AVRational){1, 1000000000};
  decoder->context->thread_count = threads;
  if (one_by_one)
    decoder->context->thread_type = FF_THREAD_SLICE;
  *why = avcodec_open2(decoder->context, codec, NULL);
  if (*why < 0)
    goto failed;
  return decoder;
failed:
  safelight_av_decoder_free(decoder);
  return NULL;
}

/* Gives the decoder the packet that the reader holds, at these times in nanoseconds; without a reader, tells it that there is no more. 0; 1 where frames
   have to be taken first; otherwise libav's number of the error. */
int safelight_av_send(struct decoder *decoder, const struct reader *reader, int64_t pts, int64_t dts, int64_t duration) {
  if (!reader) {
    int result = avcodec_send_packet(decoder->context, NULL);
    return result == AVERROR_EOF ? 0 : result;
  }
  av_packet_unref(decoder->packet);
  int result = av_packet_ref(decoder->packet, reader->packet);
  if (result < 0)
    return result;
  decoder->packet->pts = pts;
  decoder->packet->dts = dts;
  decoder->packet->duration = duration;
  result = avcodec_send_packet(decoder->context, decoder->packet);
  return result == AVERROR(EAGAIN) ? 1 : result;
}

/* A decoded picture or piece of sound is in the decoder: 1; it needs more packets: 0; the end: 2; otherwise libav's number. */
int safelight_av_receive(struct decoder *decoder) {
  int result = avcodec_receive_frame(decoder->context, decoder->frame);
  if (result == AVERROR(EAGAIN))
    return 0;
  if (result == AVERROR_EOF)
    return 2;
  return result < 0 ? result : 1;
}

/* The frame that the decoder holds, as one of its own. */
AVFrame *safelight_av_take(struct decoder *decoder) {
  AVFrame *taken = av_frame_alloc();
  if (taken)
    av_frame_move_ref(taken, decoder->frame);
  return taken;
}

void safelight_av_frame_free(AVFrame *frame) { av_frame_free(&frame); }

struct picture_facts {
  int width, height;
  int aspect_n, aspect_d;
  const char *pixels;
  int is_rgb;
  int primaries, transfer, matrix; /* by their numbers in ISO/IEC 23091-2; 2 where nothing is told */
  int is_full_range;
  int is_interlaced, is_top_first;
  int64_t pts, duration;
  const uint8_t *planes[4];
  int strides[4];
};

void safelight_av_picture(const AVFrame *frame, struct picture_facts *facts) {
  memset(facts, 0, sizeof *facts);
  const AVPixFmtDescriptor *about = av_pix_fmt_desc_get(frame->format);
  facts->width = frame->width;
  facts->height = frame->height;
  facts->aspect_n = frame->sample_aspect_ratio.num;
  facts->aspect_d = frame->sample_aspect_ratio.den;
  facts->pixels = av_get_pix_fmt_name(frame->format);
  facts->is_rgb = about && (about->flags & AV_PIX_FMT_FLAG_RGB) != 0;
  facts->primaries = frame->color_primaries;
  facts->transfer = frame->color_trc;
  facts->matrix = frame->colorspace;
  facts->is_full_range = frame->color_range == AVCOL_RANGE_JPEG;
#ifdef AV_FRAME_FLAG_INTERLACED
  facts->is_interlaced = (frame->flags & AV_FRAME_FLAG_INTERLACED) != 0;
  facts->is_top_first = (frame->flags & AV_FRAME_FLAG_TOP_FIELD_FIRST) != 0;
#else
  facts->is_interlaced = frame->interlaced_frame;
  facts->is_top_first = frame->top_field_first;
#endif
  facts->pts = frame->best_effort_timestamp;
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
  facts->duration = frame->duration;
#else
  facts->duration = frame->pkt_duration;
#endif
  for (int plane = 0; plane < 4; plane++) {
    facts->planes[plane] = frame->data[plane];
    facts->strides[plane] = frame->linesize[plane];
  }
}

/* The same picture in the one of these pixels (words of libav, ended by NULL) that loses the least, rows from top to bottom. The colours
   keep their matrix and range. NULL where it cannot be. */
AVFrame *safelight_av_adapt(const AVFrame *frame, const char *const *pixels) {
  enum AVPixelFormat known[64];
  int count = 0;
  for (; pixels[count] && count < 63; count++)
    known[count] = av_get_pix_fmt(pixels[count]);
  known[count] = AV_PIX_FMT_NONE;
  enum AVPixelFormat best = avcodec_find_best_pix_fmt_of_list(known, frame->format, 0, NULL);
  for (int at = 0; at < count; at++)
    if (known[at] == frame->format)
      best = frame->format;
  AVFrame *made = av_frame_alloc();
  if (!made || best == AV_PIX_FMT_NONE)
    goto failed;
  made->format = best;
  made->width = frame->width;
  made->height = frame->height;
  if (av_frame_get_buffer(made, 0) < 0 || av_frame_copy_props(made, frame) < 0)
    goto failed;
  if (best == frame->format) {
    if (av_frame_copy(made, frame) < 0)
      goto failed;
    return made;
  }
  struct SwsContext *scaler = sws_getContext(frame->width, frame->height, frame->format, frame->width, frame->height, best,
                                             SWS_POINT | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP | SWS_FULL_CHR_H_INT, NULL, NULL, NULL);
  if (!scaler)
    goto failed;
  int full = frame->color_range == AVCOL_RANGE_JPEG;
  const AVPixFmtDescriptor *to = av_pix_fmt_desc_get(best);
  const int *matrix = sws_getCoefficients(frame->colorspace);
  int full_after = to->flags & AV_PIX_FMT_FLAG_RGB ? 1 : full;
  sws_setColorspaceDetails(scaler, matrix, full, matrix, full_after, 0, 1 << 16, 1 << 16);
  int rows = sws_scale(scaler, (const uint8_t *const *)frame->data, frame->linesize, 0, frame->height, made->data, made->linesize);
  sws_freeContext(scaler);
  if (rows > 0)
    return made;
failed:
  av_frame_free(&made);
  return NULL;
}

struct sound_facts {
  int64_t pts;
  int rate, channels;
  uint64_t positions; /* a bit for each loudspeaker, in the order of WAVE and of libav */
  const float *samples;
  size_t count; /* of each channel */
};

/* Layouts that an AAC encoder takes, by the number of channels. */
static void layout_of(const AVChannelLayout *from, AVChannelLayout *to) {
  static const uint64_t known[] = {0,
                                   AV_CH_LAYOUT_MONO,
                                   AV_CH_LAYOUT_STEREO,
                                   AV_CH_LAYOUT_SURROUND,
                                   AV_CH_LAYOUT_4POINT0,
                                   AV_CH_LAYOUT_5POINT0_BACK,
                                   AV_CH_LAYOUT_5POINT1_BACK,
                                   AV_CH_LAYOUT_5POINT1_BACK,
                                   AV_CH_LAYOUT_7POINT1};
  int count = from->nb_channels;
  av_channel_layout_from_mask(to, count >= 1 && count <= 8 ? known[count] : AV_CH_LAYOUT_STEREO);
}

/* The most channels that are all heard. */
enum { MOST_CHANNELS = 8 };

/* The loudspeakers of a frame, and which of its channels are heard. */
static int loudspeakers(const AVFrame *frame, AVChannelLayout *from, enum heard *heard) {
  const AVChannelLayout *told = &frame->ch_layout;
  int count = told->nb_channels < 1 ? 1 : told->nb_channels;
  *heard = HEARD_ALL;
  if (told->order == AV_CHANNEL_ORDER_NATIVE)
    return av_channel_layout_copy(from, told);
  if (told->order == AV_CHANNEL_ORDER_AMBISONIC && count >= 4)
    *heard = HEARD_AMBISONIC;
  else if (count > MOST_CHANNELS)
    *heard = HEARD_TWO;
  av_channel_layout_default(from, *heard == HEARD_ALL ? count : 2);
  return 0;
}

/* The first two channels of a frame. */
static int first_two(struct decoder *decoder, const AVFrame *frame, const uint8_t **planes) {
  if (av_sample_fmt_is_planar(frame->format)) {
    planes[0] = frame->extended_data[0];
    planes[1] = frame->extended_data[1];
    return 0;
  }
  size_t two = 2 * (size_t)av_get_bytes_per_sample(frame->format);
  size_t all = two / 2 * (size_t)frame->ch_layout.nb_channels;
  av_fast_malloc(&decoder->two, &decoder->two_size, two * (size_t)frame->nb_samples + 64);
  if (!decoder->two)
    return AVERROR(ENOMEM);
  for (int at = 0; at < frame->nb_samples; at++)
    memcpy(decoder->two + two * (size_t)at, frame->extended_data[0] + all * (size_t)at, two);
  planes[0] = decoder->two;
  return 0;
}

/* What is heard from all sides and what is more on the left than on the right become what two microphones would hear that look there. */
static void to_left_and_right(float *samples, size_t count) {
  for (size_t at = 0; at < count; at++) {
    float all = samples[2 * at], side = samples[2 * at + 1];
    samples[2 * at] = (all + side) / 2;
    samples[2 * at + 1] = (all - side) / 2;
  }
}

static int prepare(struct decoder *decoder, const AVFrame *frame) {
  AVChannelLayout from = {0};
  int result = loudspeakers(frame, &from, &decoder->heard);
  if (result < 0)
    return result;
  int is_same = decoder->resampler && decoder->from_rate == frame->sample_rate && decoder->from_format == frame->format &&
                av_channel_layout_compare(&from, &decoder->from_layout) == 0;
  if (is_same) {
    av_channel_layout_uninit(&from);
    return 0;
  }
  if (!decoder->to_rate) {
    decoder->to_rate = frame->sample_rate;
    layout_of(&from, &decoder->to_layout);
  }
  swr_free(&decoder->resampler);
  av_channel_layout_uninit(&decoder->from_layout);
  decoder->from_layout = from;
  decoder->from_rate = frame->sample_rate;
  decoder->from_format = frame->format;
  result = swr_alloc_set_opts2(&decoder->resampler, &decoder->to_layout, AV_SAMPLE_FMT_FLT, decoder->to_rate, &decoder->from_layout,
                               frame->format, frame->sample_rate, 0, NULL);
  return result < 0 ? result : swr_init(decoder->resampler);
}

/* The piece of sound that the decoder holds as floats, the channels of one moment beside each other; rate and channels are those of the
   first piece. 0 or libav's number of the error. What is given stays until the next call. */
int safelight_av_sound(struct decoder *decoder, struct sound_facts *facts) {
  AVFrame *frame = decoder->frame;
  memset(facts, 0, sizeof *facts);
  int result = frame->sample_rate > 0 ? prepare(decoder, frame) : AVERROR_INVALIDDATA;
  if (result < 0)
    return result;
  int most = swr_get_out_samples(decoder->resampler, frame->nb_samples);
  if (most < 0)
    return most;
  size_t size = (size_t)most * (size_t)decoder->to_layout.nb_channels * sizeof(float);
  av_fast_malloc(&decoder->samples, &decoder->samples_size, size + 64);
  if (!decoder->samples)
    return AVERROR(ENOMEM);
  uint8_t *into[1] = {decoder->samples};
  const uint8_t *two[2] = {NULL, NULL};
  const uint8_t **planes = (const uint8_t **)frame->extended_data;
  if (decoder->heard != HEARD_ALL) {
    if ((result = first_two(decoder, frame, two)) < 0)
      return result;
    planes = two;
  }
  int count = swr_convert(decoder->resampler, into, most, planes, frame->nb_samples);
  if (count < 0)
    return count;
  if (decoder->heard == HEARD_AMBISONIC && decoder->to_layout.nb_channels == 2)
    to_left_and_right((float *)decoder->samples, (size_t)count);
  facts->pts = frame->best_effort_timestamp;
  facts->rate = decoder->to_rate;
  facts->channels = decoder->to_layout.nb_channels;
  facts->positions = decoder->to_layout.u.mask;
  facts->samples = (const float *)decoder->samples;
  facts->count = (size_t)count;
  return 0;
}

void safelight_av_describe(int error, char *into, size_t size) { av_strerror(error, into, size); }
