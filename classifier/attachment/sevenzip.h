/*
 * Private: 7z headers, read by our own code (7zFormat.txt of the LZMA SDK): libarchive can't read encrypted headers and
 * decrypts nothing.
 */
#ifndef SKS_ATTACHMENT_SEVENZIP_H
#define SKS_ATTACHMENT_SEVENZIP_H

#include <glib.h>
#include <time.h>

#include "attachment/bytes.h"

#define SKS_7Z_CODERS 5u /* liblzma takes four filters, and the cipher comes before them */
#define SKS_7Z_AES    0x06F10701u

struct sks_7z_coder {
    uint64_t method;
    unsigned inputs, outputs;
    const unsigned char *properties;
    size_t property_size;
    uint64_t size; /* of what comes out */
};

/* A folder in the sense of 7z: one packed stream and the coders it goes through, in the order of decoding. */
struct sks_7z_folder {
    struct sks_7z_coder coders[SKS_7Z_CODERS];
    unsigned coder_count;
    bool supported; /* one stream through coders in a row, all of which we know */
    bool encrypted;
    uint64_t at, packed;  /* in the file */
    uint64_t size;        /* unpacked */
    unsigned main_output; /* which of the outputs, in the order of the file, that is */
    bool has_crc;
    uint32_t crc;
    unsigned packed_streams;
    guint first_packed; /* index in the archive's packed */
    const unsigned char *record, *sizes,
        *end;              /* in the header: coders and bindings; sizes of what comes out; its end */
    uint64_t streams;      /* files in it */
    uint64_t first_stream; /* index in the archive's streams */
};

struct sks_7z_stream {
    uint64_t size;
    bool has_crc;
    uint32_t crc;
};

struct sks_7z_file {
    char *name;
    time_t modified;
    bool has_stream, directory;
    uint32_t attributes;
};

struct sks_7z {
    GArray *folders; /* struct sks_7z_folder */
    GArray *streams; /* struct sks_7z_stream */
    GArray *files;   /* struct sks_7z_file */
    GArray *packed;  /* uint64_t: sizes of the packed streams, folder after folder */
};

void sks_7z_init(struct sks_7z *archive);
void sks_7z_finish(struct sks_7z *archive);

/* Where the header lies in the file; false if there is none that holds together. */
bool sks_7z_find_header(const unsigned char *bytes, size_t size, const unsigned char **out_header, size_t *out_size);

/*
 * Reads a header. *out_packed says that the real one is packed in the first folder that was read. False if it is
 * broken.
 */
bool sks_7z_read_header(struct sks_7z *archive, const unsigned char *header, size_t size, bool *out_packed);

/* Parts of a header. */
uint64_t sks_7z_read_number(struct sks_cursor *cursor);
void sks_7z_read_coder(struct sks_cursor *cursor, struct sks_7z_coder *coder);

/* The plain bytes of what an AES coder of that folder got; NULL if there is no key. g_free(). */
typedef unsigned char *(*sks_7z_decrypt)(void *context, const struct sks_7z_coder *coder, const unsigned char *bytes,
                                         size_t size);

/*
 * An archive of one file, all of the folder's content, packed as before but without its cipher. bytes are the file's.
 * The folder's place in them was checked, the header's bytes are still there. NULL if that can't be done.
 */
GByteArray *sks_7z_write_plain(const struct sks_7z *archive, const struct sks_7z_folder *folder,
                               const unsigned char *bytes, sks_7z_decrypt decrypt, void *context);

#endif
