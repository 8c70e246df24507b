/*
 * 7z: members, encryption, content.
 *
 * A folder (a run of files packed as one) is decrypted with libcrypto and unpacked with liblzma. Other methods (PPMd,
 * BZip2, Deflate, BCJ2) are libarchive's: an encrypted folder is written anew for it without the cipher. A password is
 * right if the CRC of the first file, or of the header, fits.
 */
#include "attachment/sevenzip.h"

#include <lzma.h>
#include <zlib.h>

#include "attachment/archive.h"
#include "base/crypt.h"
#include "attachment/derived.h"
#include "attachment/file.h"
#include "sekisho/limits.h"

#define HEADER_SIZE   (16u * 1024 * 1024)
#define HEADER_LAYERS 4u
#define DECODER_SIZE  (192u * 1024 * 1024)
#define ROUNDS_LOG    22u
#define ROUND_BATCH   64u
#define KEYS          SKS_LIMIT_PASSWORD_COUNT
#define SEARCHES      8u

/* A key, and what it was derived from. */
struct key {
    unsigned char key[32], salt[16];
    const char *password;
    unsigned rounds;
    size_t salt_size;
};

struct job {
    struct sks_file *file;
    struct sks_7z archive;
    const char *passwords[SKS_LIMIT_PASSWORD_COUNT]; /* verified ones */
    unsigned password_count;
    unsigned searches; /* folders for which passwords were looked for that opened none before */
    struct key keys[KEYS];
    unsigned key_count; /* derived so far: the last ones are kept */
};

struct cipher {
    unsigned rounds_log;
    unsigned char salt[16], iv[16];
    size_t salt_size;
};

static bool read_cipher(const struct sks_7z_coder *coder, struct cipher *out_cipher)
{
    const unsigned char *p = coder->properties;
    size_t size = coder->property_size, iv_size;
    *out_cipher = (struct cipher){0};
    if (size < 1)
        return false;
    out_cipher->rounds_log = p[0] & 0x3F;
    if ((p[0] & 0xC0) == 0)
        return true;
    if (size < 2)
        return false;
    out_cipher->salt_size = (size_t)(p[0] >> 7) + (p[1] >> 4);
    iv_size = (size_t)(p[0] >> 6 & 1) + (p[1] & 15);
    if (size < 2 + out_cipher->salt_size + iv_size || out_cipher->salt_size > 16 || iv_size > 16)
        return false;
    memcpy(out_cipher->salt, p + 2, out_cipher->salt_size);
    memcpy(out_cipher->iv, p + 2 + out_cipher->salt_size, iv_size);
    return true;
}

static const struct key *find_key(const struct job *job, const struct cipher *cipher, const char *password)
{
    for (unsigned i = 0; i < MIN(job->key_count, KEYS); i++) {
        const struct key *key = &job->keys[i];
        if (key->password == password && key->rounds == cipher->rounds_log && key->salt_size == cipher->salt_size &&
            memcmp(key->salt, cipher->salt, cipher->salt_size) == 0)
            return key;
    }
    return NULL;
}

/* The digest of so many blocks, which differ in the counter at their ends; batch has room for ROUND_BATCH of them. */
static void spin(unsigned char *out_key, unsigned char *batch, size_t length, uint64_t rounds)
{
    struct sks_hash *hash = sks_hash_create(SKS_DIGEST_SHA256);
    for (uint64_t done = 0; done < rounds;) {
        unsigned count = (unsigned)MIN(rounds - done, ROUND_BATCH);
        for (unsigned i = 0; i < count; i++, done++) {
            for (unsigned n = 0; n < 8; n++)
                batch[i * length + length - 8 + n] = (unsigned char)(done >> 8 * n);
        }
        sks_hash_add(hash, batch, length * count);
    }
    sks_hash_result(hash, out_key);
    sks_hash_destroy(hash);
}

/*
 * SHA-256 over salt, password and a counter, two to the nineteenth times as 7-Zip writes it. NULL if that is more than
 * the ceilings allow.
 */
static const struct key *derive(struct job *job, const struct cipher *cipher, const char *password)
{
    const struct key *known = find_key(job, cipher, password);
    if (known != NULL)
        return known;
    glong units = 0;
    g_autofree gunichar2 *wide = g_utf8_to_utf16(password, -1, NULL, &units, NULL);
    if (wide == NULL || units > 255 || cipher->rounds_log > ROUNDS_LOG ||
        !sks_file_spend_rounds(job->file, UINT64_C(1) << cipher->rounds_log))
        return NULL;
    size_t length = cipher->salt_size + (size_t)units * 2 + 8;
    g_autofree unsigned char *batch = g_malloc(length * ROUND_BATCH);
    for (unsigned i = 0; i < ROUND_BATCH; i++) {
        unsigned char *p = batch + i * length;
        memcpy(p, cipher->salt, cipher->salt_size);
        for (glong n = 0; n < units; n++) {
            p[cipher->salt_size + 2 * (size_t)n] = (unsigned char)wide[n];
            p[cipher->salt_size + 2 * (size_t)n + 1] = (unsigned char)(wide[n] >> 8);
        }
    }
    struct key *key = &job->keys[job->key_count++ % KEYS];
    *key = (struct key){.password = password, .rounds = cipher->rounds_log, .salt_size = cipher->salt_size};
    memcpy(key->salt, cipher->salt, sizeof key->salt);
    const unsigned char parameters[] = {(unsigned char)cipher->rounds_log, (unsigned char)cipher->salt_size};
    struct sks_derived_id id;
    sks_derived_id(&id, SKS_DERIVED_7Z, parameters, sizeof parameters, batch, length - 8);
    if (sks_derived_find(key->key, sizeof key->key, &id))
        return key;
    spin(key->key, batch, length, UINT64_C(1) << cipher->rounds_log);
    sks_derived_keep(&id, key->key, sizeof key->key);
    return key;
}

static lzma_vli filter_of(uint64_t method)
{
    static const struct {
        uint64_t method;
        lzma_vli filter;
    } filters[] = {
        {0x03, LZMA_FILTER_DELTA},
        {0x04, LZMA_FILTER_X86},
        {0x05, LZMA_FILTER_POWERPC},
        {0x06, LZMA_FILTER_IA64},
        {0x07, LZMA_FILTER_ARM},
        {0x08, LZMA_FILTER_ARMTHUMB},
        {0x09, LZMA_FILTER_SPARC},
        {0x0A, LZMA_FILTER_ARM64},
        {0x21, LZMA_FILTER_LZMA2},
        {0x03030103, LZMA_FILTER_X86},
        {0x03030205, LZMA_FILTER_POWERPC},
        {0x03030401, LZMA_FILTER_IA64},
        {0x03030501, LZMA_FILTER_ARM},
        {0x03030701, LZMA_FILTER_ARMTHUMB},
        {0x03030805, LZMA_FILTER_SPARC},
        {0x030101, LZMA_FILTER_LZMA1EXT}, /* the one that is told the size: there is no end mark */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(filters); i++)
        if (filters[i].method == method)
            return filters[i].filter;
    return LZMA_VLI_UNKNOWN;
}

/* The filters of liblzma, in its order: the last to decode comes first. */
static bool make_filters(const struct sks_7z_folder *folder, unsigned first, lzma_filter *filters)
{
    unsigned count = 0;
    for (unsigned i = folder->coder_count; i-- > first;) {
        const struct sks_7z_coder *coder = &folder->coders[i];
        lzma_filter *filter = &filters[count];
        filter->options = NULL;
        if (coder->method == 0)
            continue; /* stored */
        filter->id = filter_of(coder->method);
        if (filter->id == LZMA_VLI_UNKNOWN)
            return false;
        count++;
        filters[count].id = LZMA_VLI_UNKNOWN;
        if (count > LZMA_FILTERS_MAX || (coder->property_size > 0 && coder->properties == NULL) ||
            lzma_properties_decode(filter, NULL, coder->properties, coder->property_size) != LZMA_OK)
            return false;
        if (filter->id == LZMA_FILTER_LZMA1EXT) {
            lzma_options_lzma *options = filter->options;
            options->ext_flags = LZMA_LZMA1EXT_ALLOW_EOPM;
            options->ext_size_low = (uint32_t)coder->size;
            options->ext_size_high = (uint32_t)(coder->size >> 32);
        }
    }
    filters[count].id = LZMA_VLI_UNKNOWN;
    return true;
}

/* Unpacks through liblzma, no more than wanted bytes. */
static GByteArray *run_filters(const lzma_filter *filters, const unsigned char *packed, size_t size, uint64_t wanted)
{
    unsigned char chunk[65536];
    lzma_stream stream = LZMA_STREAM_INIT;
    if (lzma_raw_decoder_memusage(filters) > DECODER_SIZE || lzma_raw_decoder(&stream, filters) != LZMA_OK)
        return NULL;
    GByteArray *out = g_byte_array_new();
    stream.next_in = packed;
    stream.avail_in = size;
    lzma_ret result = LZMA_OK;
    while (result == LZMA_OK && out->len < wanted) {
        stream.next_out = chunk;
        stream.avail_out = (size_t)MIN(sizeof chunk, wanted - out->len);
        size_t room = stream.avail_out;
        result = lzma_code(&stream, LZMA_RUN);
        g_byte_array_append(out, chunk, (guint)(room - stream.avail_out));
    }
    lzma_end(&stream);
    return out;
}

/* Decrypts what a coder of the folder got, with the password that is being tried. */
struct opening {
    struct job *job;
    const char *password;
};

static unsigned char *decrypt(void *context, const struct sks_7z_coder *coder, const unsigned char *bytes, size_t size)
{
    struct opening *opening = context;
    struct cipher cipher;
    if (opening->password == NULL || !read_cipher(coder, &cipher))
        return NULL;
    const struct key *key = derive(opening->job, &cipher, opening->password);
    if (key == NULL)
        return NULL;
    unsigned char *plain = g_malloc(size + 1);
    if (sks_aes_decrypt(plain, key->key, 32, cipher.iv, bytes, size))
        return plain;
    g_free(plain);
    return NULL;
}

struct reading {
    GByteArray *bytes;
    uint64_t wanted;
};

static bool read_whole(void *context, unsigned number, struct archive *archive)
{
    struct reading *reading = context;
    unsigned char chunk[65536];
    int64_t got = 1;
    while (number == 0 && got > 0 && reading->bytes->len < reading->wanted) {
        got = sks_archive_read(archive, chunk, (size_t)MIN(sizeof chunk, reading->wanted - reading->bytes->len));
        if (got > 0)
            g_byte_array_append(reading->bytes, chunk, (guint)got);
    }
    return false;
}

/* The same where liblzma doesn't know the methods: through libarchive, without the cipher. */
static GByteArray *unpack_elsewhere(struct job *job, const struct sks_7z_folder *folder, uint64_t wanted,
                                    struct opening *opening)
{
    g_autoptr(GByteArray) plain = sks_7z_write_plain(&job->archive, folder, job->file->bytes, decrypt, opening);
    if (plain == NULL)
        return NULL;
    struct reading reading = {.bytes = g_byte_array_new(), .wanted = wanted};
    sks_archive_each(plain->data, plain->len, SKS_FILE_7Z, read_whole, &reading);
    return reading.bytes;
}

/* The first wanted bytes of a folder, or fewer; NULL if it can't be read. */
static GByteArray *unpack_folder(struct job *job, const struct sks_7z_folder *folder, uint64_t wanted,
                                 const char *password)
{
    struct sks_file *file = job->file;
    struct opening opening = {.job = job, .password = password};
    if (folder->coder_count == 0 || !sks_has(file->size, folder->at, folder->packed))
        return NULL;
    if (!folder->supported)
        return unpack_elsewhere(job, folder, wanted, &opening);
    const unsigned char *packed = file->bytes + folder->at;
    size_t size = (size_t)folder->packed;
    unsigned first = 0;
    g_autofree unsigned char *plain = NULL;
    if (folder->coders[0].method == SKS_7Z_AES) {
        plain = decrypt(&opening, &folder->coders[0], packed, size);
        if (plain == NULL)
            return NULL;
        packed = plain;
        size = (size_t)MIN(size, folder->coders[0].size);
        first = 1;
    }
    lzma_filter filters[LZMA_FILTERS_MAX + 2];
    GByteArray *out = NULL;
    filters[0].id = LZMA_VLI_UNKNOWN;
    if (make_filters(folder, first, filters)) {
        if (filters[0].id == LZMA_VLI_UNKNOWN)
            out = g_byte_array_append(g_byte_array_new(), packed, (guint)MIN(size, wanted));
        else
            out = run_filters(filters, packed, size, wanted);
    }
    for (unsigned i = 0; filters[i].id != LZMA_VLI_UNKNOWN; i++)
        free(filters[i].options);
    return out;
}

static bool crc_fits(const GByteArray *bytes, uint64_t size, uint32_t crc)
{
    return bytes->len >= size && (uint32_t)crc32_z(crc32(0, NULL, 0), bytes->data, (size_t)size) == crc;
}

/* What the ceilings still let out of the file. */
static uint64_t room_left(const struct sks_file *file)
{
    uint64_t room = SKS_LIMIT_ARCHIVE_OUTPUT - MIN(file->inspection->budget->output, SKS_LIMIT_ARCHIVE_OUTPUT);
    uint64_t by_ratio = MAX((uint64_t)SKS_LIMIT_RATIO_STOP, (uint64_t)file->size * SKS_LIMIT_ARCHIVE_RATIO);
    return file->stopped || file->inspection->output_reached ? 0 : MIN(room, by_ratio - MIN(file->output, by_ratio));
}

/* The first file of a folder; NULL if nothing can be checked by it. */
static const struct sks_7z_stream *checked_stream(const struct job *job, const struct sks_7z_folder *folder)
{
    if (folder->streams == 0)
        return NULL;
    const struct sks_7z_stream *stream =
        &g_array_index(job->archive.streams, struct sks_7z_stream, folder->first_stream);
    return stream->has_crc && stream->size > 0 ? stream : NULL;
}

/* Does the password open the first file of the folder? */
static bool password_fits(struct job *job, const struct sks_7z_folder *folder, const char *password)
{
    const struct sks_7z_stream *stream = checked_stream(job, folder);
    if (stream == NULL || stream->size > room_left(job->file))
        return false;
    g_autoptr(GByteArray) bytes = unpack_folder(job, folder, stream->size, password);
    return bytes != NULL && sks_file_unpack(job->file, bytes->len) && crc_fits(bytes, stream->size, stream->crc);
}

static bool is_verified(const struct job *job, const char *password)
{
    for (unsigned i = 0; i < job->password_count; i++)
        if (job->passwords[i] == password)
            return true;
    return false;
}

static void add_password(struct job *job, const char *password)
{
    if (!is_verified(job, password) && job->password_count < SKS_LIMIT_PASSWORD_COUNT)
        job->passwords[job->password_count++] = password;
}

/* The packed header's bytes, with the password that fits if it needs one; NULL if it stays closed. */
static GByteArray *unpack_header(struct job *job)
{
    const struct sks_7z_folder *folder = &g_array_index(job->archive.folders, struct sks_7z_folder, 0);
    const char *password = "";
    if (folder->encrypted) {
        job->file->encrypted = true;
        job->file->names_visible = false;
    }
    if (folder->size > HEADER_SIZE)
        return NULL;
    for (unsigned i = 0; folder->encrypted ? (password = sks_file_password(job->file, i, true)) != NULL : i == 0; i++) {
        GByteArray *header = unpack_folder(job, folder, folder->size, password);
        if (header != NULL && (!folder->has_crc || crc_fits(header, folder->size, folder->crc)) &&
            header->len == folder->size) {
            if (folder->encrypted && folder->has_crc)
                add_password(job, password);
            if (!folder->encrypted || folder->has_crc)
                return header;
        }
        if (header != NULL)
            g_byte_array_unref(header);
    }
    return NULL;
}

struct slice {
    const GByteArray *bytes;
    uint64_t at, left;
};

static int64_t read_slice(void *context, void *buffer, size_t size)
{
    struct slice *slice = context;
    size_t step = (size_t)MIN(size, slice->left);
    if (step == 0)
        return 0;
    if (slice->at >= slice->bytes->len)
        return -1; /* the folder broke off before */
    step = (size_t)MIN(step, slice->bytes->len - slice->at);
    memcpy(buffer, slice->bytes->data + slice->at, step);
    slice->at += step;
    slice->left -= step;
    return (int64_t)step;
}

/* Looks for a password that opens the folder, among those that opened none so far. */
static const char *search(struct job *job, const struct sks_7z_folder *folder)
{
    const char *password;
    if (checked_stream(job, folder) == NULL || job->searches++ >= SEARCHES)
        return NULL;
    for (unsigned i = 0; (password = sks_file_password(job->file, i, true)) != NULL; i++) {
        if (is_verified(job, password) || !password_fits(job, folder, password))
            continue;
        add_password(job, password);
        return password;
    }
    return NULL;
}

/* Whether any file of the folder is what it should be: one that is damaged doesn't hide the others. */
static bool any_fits(const struct job *job, const struct sks_7z_folder *folder, const GByteArray *bytes)
{
    uint64_t at = 0;
    bool checked = false;
    for (uint64_t i = 0; i < folder->streams; i++) {
        const struct sks_7z_stream *stream =
            &g_array_index(job->archive.streams, struct sks_7z_stream, folder->first_stream + i);
        if (at > bytes->len || stream->size > bytes->len - at)
            break;
        bool has = stream->has_crc && stream->size > 0;
        checked = checked || has;
        if (has && (uint32_t)crc32_z(crc32(0, NULL, 0), bytes->data + at, (size_t)stream->size) == stream->crc)
            return true;
        at += stream->size;
    }
    return !checked && checked_stream(job, folder) == NULL;
}

/* An encrypted folder, with a password that opened another one, else with one that opens it alone. */
static GByteArray *unpack_encrypted(struct job *job, const struct sks_7z_folder *folder)
{
    for (unsigned i = 0; i < job->password_count; i++) {
        GByteArray *bytes = unpack_folder(job, folder, folder->size, job->passwords[i]);
        if (bytes != NULL && any_fits(job, folder, bytes))
            return bytes;
        if (bytes == NULL)
            continue;
        bool more = sks_file_unpack(job->file, bytes->len); /* for nothing, but it was */
        g_byte_array_unref(bytes);
        if (!more)
            return NULL;
    }
    const char *password = job->password_count > 0 ? search(job, folder) : NULL;
    return password != NULL ? unpack_folder(job, folder, folder->size, password) : NULL;
}

/* As much of a folder as the ceilings leave; past them the file is stopped, and says so. */
static GByteArray *unpack_for_members(struct job *job, const struct sks_7z_folder *folder)
{
    struct sks_file *file = job->file;
    if (folder->size > room_left(file)) {
        sks_file_unpack(file, (size_t)folder->size);
        return NULL;
    }
    return folder->encrypted ? unpack_encrypted(job, folder) : unpack_folder(job, folder, folder->size, NULL);
}

/* One entry of the list at a time, with the folder that its content lies in. */
struct place {
    guint folder;
    uint64_t stream; /* in the folder */
    uint64_t at;     /* in what the folder unpacks to */
    GByteArray *bytes;
    uint64_t before; /* what had come out of the file */
    bool unpacked;
};

static void take_content(struct job *job, struct place *place, const struct sks_member *member, size_t index)
{
    const struct sks_7z_folder *folder = &g_array_index(job->archive.folders, struct sks_7z_folder, place->folder);
    if (!place->unpacked) {
        place->unpacked = true;
        place->bytes = unpack_for_members(job, folder);
        place->before = job->file->output;
    }
    if (place->bytes == NULL) {
        if (folder->encrypted && !job->file->stopped)
            sks_file_member_closed(job->file, member);
        else
            sks_file_member_unread(job->file, member);
        return;
    }
    struct slice slice = {.bytes = place->bytes, .at = place->at, .left = member->size};
    enum sks_read_result result = sks_file_member(job->file, member, index, read_slice, &slice);
    if (folder->encrypted && result != SKS_READ_FAILED)
        job->file->opened = true;
    else if (!folder->encrypted && result == SKS_READ_FAILED)
        sks_file_fact(job->file, "attachment.damaged", member->name, NULL);
}

/* What was unpacked counts, also what no member was read of. */
static void next_folder(struct job *job, struct place *place)
{
    if (place->bytes != NULL) {
        uint64_t counted = job->file->output - place->before;
        if (place->bytes->len > counted)
            sks_file_unpack(job->file, place->bytes->len - (size_t)counted);
        g_byte_array_unref(place->bytes);
    }
    *place = (struct place){.folder = place->folder + 1};
}

static void list_members(struct job *job)
{
    struct place place = {0};
    for (guint i = 0; i < job->archive.files->len; i++) {
        const struct sks_7z_file *raw = &g_array_index(job->archive.files, struct sks_7z_file, i);
        struct sks_member member = {.name = raw->name != NULL ? raw->name : "",
                                    .charset = "utf-16",
                                    .modified = raw->modified,
                                    .directory = raw->directory};
        const struct sks_7z_folder *folder = NULL;
        while (raw->has_stream && place.folder < job->archive.folders->len && folder == NULL) {
            folder = &g_array_index(job->archive.folders, struct sks_7z_folder, place.folder);
            if (place.stream >= folder->streams) {
                next_folder(job, &place);
                folder = NULL;
            }
        }
        if (folder != NULL) {
            member.size =
                g_array_index(job->archive.streams, struct sks_7z_stream, folder->first_stream + place.stream).size;
            member.encrypted = folder->encrypted;
        }
        size_t index;
        if (!sks_file_list(job->file, &member, &index)) {
            if (!sks_file_list_name(job->file, &member))
                break;
            continue;
        }
        if (folder == NULL)
            continue;
        take_content(job, &place, &member, index);
        place.at += member.size;
        place.stream++;
    }
    if (place.bytes != NULL)
        g_byte_array_unref(place.bytes);
}

/* Folders that need libarchive: their members in its order, which is the archive's. */
static bool needs_libarchive(const struct job *job)
{
    bool needs = false;
    for (guint i = 0; i < job->archive.folders->len; i++) {
        const struct sks_7z_folder *folder = &g_array_index(job->archive.folders, struct sks_7z_folder, i);
        if (folder->encrypted)
            return false;
        needs = needs || !folder->supported;
    }
    return needs;
}

static void inspect_content(struct job *job)
{
    struct sks_file *file = job->file;
    for (guint i = 0; i < job->archive.folders->len; i++)
        file->encrypted = file->encrypted || g_array_index(job->archive.folders, struct sks_7z_folder, i).encrypted;
    for (guint i = 0; i < job->archive.folders->len && job->password_count == 0; i++) {
        const struct sks_7z_folder *folder = &g_array_index(job->archive.folders, struct sks_7z_folder, i);
        if (folder->encrypted)
            search(job, folder);
    }
    if (needs_libarchive(job))
        sks_archive_inspect(file);
    else
        list_members(job);
    if (job->password_count > 0 && !file->opened)
        sks_file_fact(file, "attachment.password-verified", NULL, NULL);
}

void sks_7z_inspect(struct sks_file *file)
{
    struct job job = {.file = file};
    const unsigned char *header;
    size_t size;
    bool packed = false, sound = sks_7z_find_header(file->bytes, file->size, &header, &size);
    GByteArray *unpacked = NULL;
    sks_7z_init(&job.archive);
    sound = sound && sks_7z_read_header(&job.archive, header, size, &packed);
    for (unsigned layer = 0; sound && packed && layer < HEADER_LAYERS; layer++) {
        GByteArray *next = unpack_header(&job);
        if (unpacked != NULL)
            g_byte_array_unref(unpacked);
        unpacked = next;
        sound = next != NULL && sks_7z_read_header(&job.archive, next->data, next->len, &packed);
    }
    if (sound && !packed)
        inspect_content(&job);
    else if (file->names_visible) /* else it is only closed */
        sks_file_fact(file, "attachment.damaged", NULL, NULL);
    if (unpacked != NULL)
        g_byte_array_unref(unpacked);
    sks_7z_finish(&job.archive);
}
