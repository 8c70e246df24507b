/*
 * See notice.h.
 *
 * The mark is X-Sekisho-Notice: the time, and an HMAC-SHA-256 over it, the fields that say how the body is to be read,
 * the subject, and the body. White space doesn't count, since mail programs fold and trim on the way.
 */
#include "notice.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include <glib.h>
#include <jansson.h>

#include "encode.h"

#define MARK             "X-Sekisho-Notice"
#define MARK_VERSION     "1"
#define MARK_SECONDS     ((int64_t)7 * 24 * 3600)
#define QUOTED_MOST      200 /* characters of what came from the mail */
#define RECIPIENTS_SHOWN 10u
#define BODY_MOST        (64u * 1024) /* longer than any of ours */

/* The key. */

static int read_key(unsigned char *out_key, const char *file)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return SKS_ERROR_IO;
    unsigned char key[SKS_NOTICE_KEY_SIZE + 1];
    ssize_t size = read(fd, key, sizeof key);
    close(fd);
    if (size != (ssize_t)SKS_NOTICE_KEY_SIZE)
        return size < 0 ? SKS_ERROR_IO : SKS_ERROR_FORMAT;
    memcpy(out_key, key, SKS_NOTICE_KEY_SIZE);
    return SKS_OK;
}

/* Under a name of its own first, so that nobody ever reads half a key; whoever is first gives it its name. */
static int make_key(const char *file)
{
    unsigned char key[SKS_NOTICE_KEY_SIZE];
    char *unfinished = g_strdup_printf("%s.%ld", file, (long)getpid());
    int fd = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool made = fd >= 0 && getrandom(key, sizeof key, 0) == (ssize_t)sizeof key &&
                write(fd, key, sizeof key) == (ssize_t)sizeof key && fsync(fd) == 0;
    if (made)
        made = link(unfinished, file) == 0 || errno == EEXIST;
    int reason = errno;
    if (fd >= 0) {
        close(fd);
        unlink(unfinished);
    }
    g_free(unfinished);
    errno = reason;
    return made ? SKS_OK : SKS_ERROR_IO;
}

int sks_notice_key(unsigned char out_key[SKS_NOTICE_KEY_SIZE], const char *file)
{
    int result = read_key(out_key, file);
    if (result != SKS_ERROR_IO || errno != ENOENT)
        return result;
    result = make_key(file);
    return result == SKS_OK ? read_key(out_key, file) : result;
}

/* The mark. */

struct marked {
    const char *time, *subject, *type, *encoding;
    const char *body;
    size_t body_size;
};

static void add_squeezed(GHmac *hmac, const char *text, size_t size)
{
    for (size_t at = 0; at < size;) {
        size_t length = 0;
        while (at + length < size && strchr(" \t\r\n", text[at + length]) == NULL)
            length++;
        g_hmac_update(hmac, (const guchar *)text + at, (gssize)length);
        at += length + 1;
    }
    g_hmac_update(hmac, (const guchar *)"\n", 1);
}

/* g_free(). */
static char *sign(const struct marked *marked, const unsigned char *key)
{
    GHmac *hmac = g_hmac_new(G_CHECKSUM_SHA256, key, SKS_NOTICE_KEY_SIZE);
    const char *texts[] = {"sekisho notice " MARK_VERSION, marked->time, marked->subject, marked->type,
                           marked->encoding};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        add_squeezed(hmac, texts[i], strlen(texts[i]));
    add_squeezed(hmac, marked->body, marked->body_size);
    char *signature = g_strdup(g_hmac_get_string(hmac));
    g_hmac_unref(hmac);
    return signature;
}

/* In a time that says nothing of where they differ. */
static bool is_same(const char *left, const char *right)
{
    size_t size = strlen(left);
    unsigned difference = strlen(right) != size;
    for (size_t i = 0; difference == 0 && i < size; i++)
        difference |= (unsigned)(left[i] ^ right[i]) << 8;
    volatile unsigned result = difference;
    return result == 0;
}

/* The only field of that name, or NULL. */
static const char *only(const struct sks_field *fields, size_t count, const char *name)
{
    const char *found = NULL;
    for (size_t i = 0; i < count; i++) {
        if (g_ascii_strcasecmp(fields[i].name, name) != 0)
            continue;
        if (found != NULL)
            return NULL;
        found = fields[i].value;
    }
    return found;
}

/* The value behind "key=" in "1; t=…; h=…". g_free(). */
static char *parameter(const char *mark, const char *key)
{
    char **parts = g_strsplit(mark, ";", 8);
    char *value = NULL;
    for (char **part = parts; *part != NULL && value == NULL; part++) {
        g_strstrip(*part);
        if (g_str_has_prefix(*part, key) && (*part)[strlen(key)] == '=')
            value = g_strdup(*part + strlen(key) + 1);
    }
    g_strfreev(parts);
    return value;
}

static bool is_current(const char *time, int64_t now)
{
    gint64 at;
    return g_ascii_string_to_signed(time, 10, 0, INT64_MAX / 2, &at, NULL) && at <= now + 3600 &&
           at >= now - MARK_SECONDS;
}

bool sks_notice_is_marked(const struct sks_field *fields, size_t field_count)
{
    return only(fields, field_count, MARK) != NULL;
}

bool sks_notice_is_ours(const struct sks_field *fields, size_t field_count, const char *body, size_t body_size,
                        const unsigned char key[SKS_NOTICE_KEY_SIZE], int64_t now)
{
    const char *mark = only(fields, field_count, MARK);
    struct marked marked = {.subject = only(fields, field_count, "Subject"),
                            .type = only(fields, field_count, "Content-Type"),
                            .encoding = only(fields, field_count, "Content-Transfer-Encoding"),
                            .body = body,
                            .body_size = body_size};
    if (mark == NULL || marked.subject == NULL || marked.type == NULL || marked.encoding == NULL ||
        body_size > BODY_MOST || memchr(body, '\0', body_size) != NULL)
        return false;
    char *time = parameter(mark, "t"), *signature = parameter(mark, "h");
    bool ours = false;
    if (time != NULL && signature != NULL && is_current(time, now)) {
        marked.time = time;
        char *wanted = sign(&marked, key);
        ours = is_same(wanted, signature);
        g_free(wanted);
    }
    g_free(time);
    g_free(signature);
    return ours;
}

/* The text. */

/* What came from outside, fit to be quoted: one line, nothing invisible, no link that works. g_free(). */
static char *quote(const char *text)
{
    char *valid = g_utf8_make_valid(text != NULL ? text : "", -1);
    GString *quoted = g_string_new(NULL);
    unsigned count = 0;
    for (const char *at = valid; *at != '\0'; at = g_utf8_next_char(at), count++) {
        gunichar character = g_utf8_get_char(at);
        GUnicodeType type = g_unichar_type(character);
        if (count == QUOTED_MOST) {
            g_string_append(quoted, "…");
            break;
        }
        if (type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT || type == G_UNICODE_LINE_SEPARATOR ||
            type == G_UNICODE_PARAGRAPH_SEPARATOR || type == G_UNICODE_SURROGATE)
            character = ' ';
        g_string_append_unichar(quoted, character);
    }
    g_string_replace(quoted, "://", "[:]//", 0);
    g_string_replace(quoted, "www.", "www[.]", 0);
    g_free(valid);
    return g_strstrip(g_string_free(quoted, FALSE));
}

static void add_line(GString *body, const char *label, const char *value)
{
    char *quoted = quote(value);
    if (*quoted != '\0')
        g_string_append_printf(body, "  %s%s\r\n", label, quoted);
    g_free(quoted);
}

/* g_free(). */
static char *list_recipients(const struct sks_notice *notice)
{
    GString *list = g_string_new(NULL);
    for (size_t i = 0; i < notice->to_count && i < RECIPIENTS_SHOWN; i++)
        g_string_append_printf(list, "%s%s", i > 0 ? ", " : "", notice->to[i]);
    if (notice->to_count > RECIPIENTS_SHOWN)
        g_string_append(list, ", …");
    return g_string_free(list, FALSE);
}

static const char *const class_words[SKS_LANGUAGE_COUNT][SKS_CLASS_COUNT] = {
    [SKS_LANGUAGE_JAPANESE] = {"正常", "迷惑メール・ばらまき型攻撃", "標的型攻撃の疑い"},
    [SKS_LANGUAGE_ENGLISH] = {"nothing found", "bulk mail", "may be a targeted attack"},
};

/* What the body says, in each language. */
static const struct {
    const char *opening, *verdict, *why, *subject, *from, *to, *message_id, *because, *advice, *held, *left_out;
} words[SKS_LANGUAGE_COUNT] = {
    [SKS_LANGUAGE_JAPANESE] =
        {"以前に届いたメールの判定が、別のメールによって変わりました。別々に届いたパスワードで添付ファイルを開いて\r\n"
         "調べたか、同じ相手との一連のやりとりの別のメールに攻撃の疑いがあるためです（下記の理由をご覧ください）。",
         "判定: ", "理由: ", "件名: ", "差出人: ", "宛先: ", "Message-ID: ", "もう一方のメール: ",
         "添付ファイルやリンクを開かず、返信もせずに、管理者へ連絡してください。すでに開いた場合は、その端末を\r\n"
         "ネットワークから切り離し、すぐに連絡してください。差出人のアドレスが第三者に悪用された可能性もあります。",
         "このメールはまだ配送されていません。保留キューにあります（postsuper -H で配送、-d で削除）: ",
         "このほかに送らなかった通知: "},
    [SKS_LANGUAGE_ENGLISH] =
        {"The verdict on a mail that came earlier has changed because of another mail: either a password that came\r\n"
         "separately opened its attachment, or a mail of the same exchange is suspected of being an attack (see the\r\n"
         "reason).",
         "Verdict: ", "Why: ", "Subject: ", "From: ", "To: ", "Message-ID: ", "The other mail: ",
         "Do not open its attachments or links, do not answer, and tell your administrator. If anything was opened\r\n"
         "already, disconnect that computer from the network and tell them at once. The sender's address may have "
         "been\r\n"
         "misused by somebody else.",
         "This mail has not been delivered. It is in the hold queue (postsuper -H delivers, -d deletes it): ",
         "Notices that were left out because there were too many: "},
};

static void add_body(GString *body, const struct sks_notice *notice, unsigned left_out, enum sks_language language)
{
    char *recipients = list_recipients(notice);
    g_string_append_printf(body, "%s\r\n\r\n", words[language].opening);
    g_string_append_printf(body, "  %s%s → %s\r\n", words[language].verdict, class_words[language][notice->previous],
                           class_words[language][notice->class_]);
    add_line(body, words[language].why, notice->why[language]);
    add_line(body, words[language].subject, notice->subject);
    add_line(body, words[language].from, notice->from);
    add_line(body, words[language].to, recipients);
    add_line(body, words[language].message_id, notice->message_id);
    add_line(body, words[language].because, notice->because);
    g_string_append_printf(body, "\r\n");
    if (notice->held[0] != '\0')
        g_string_append_printf(body, "%s%s\r\n", words[language].held, notice->held);
    else
        g_string_append_printf(body, "%s\r\n", words[language].advice);
    if (left_out > 0)
        g_string_append_printf(body, "%s%u\r\n", words[language].left_out, left_out);
    g_free(recipients);
}

static char *encode_body(const char *text)
{
    char *plain = g_base64_encode((const guchar *)text, strlen(text));
    GString *encoded = g_string_new(NULL);
    size_t size = strlen(plain);
    for (size_t at = 0; at < size; at += 76)
        g_string_append_printf(encoded, "%.76s\r\n", plain + at);
    g_free(plain);
    return g_string_free(encoded, FALSE);
}

static void add_date(GString *mail, int64_t now)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    GDateTime *date = g_date_time_new_from_unix_utc(now);
    if (date == NULL)
        return;
    g_string_append_printf(mail, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n",
                           days[g_date_time_get_day_of_week(date) - 1], g_date_time_get_day_of_month(date),
                           months[g_date_time_get_month(date) - 1], g_date_time_get_year(date),
                           g_date_time_get_hour(date), g_date_time_get_minute(date), g_date_time_get_second(date));
    g_date_time_unref(date);
}

/* Words of ours alone. g_free(). */
static char *encode_subject(const struct sks_notice *notice, int language)
{
    char *ja =
        g_strdup_printf("届いたメールの判定が変わりました（%s）", class_words[SKS_LANGUAGE_JAPANESE][notice->class_]);
    char *en = g_strdup_printf("A mail that came earlier: %s", class_words[SKS_LANGUAGE_ENGLISH][notice->class_]);
    char *text = g_strdup_printf("[Sekisho] %s%s%s", language != SKS_NOTICE_ENGLISH ? ja : "",
                                 language == SKS_NOTICE_BOTH ? " / " : "", language != SKS_NOTICE_JAPANESE ? en : "");
    struct sks_header_text out = {.text = g_string_new(NULL), .column = strlen("Subject: ")};
    sks_encode_text(&out, text, false);
    g_string_replace(out.text, "\n", "\r\n", 0);
    g_free(ja);
    g_free(en);
    g_free(text);
    return g_string_free(out.text, FALSE);
}

static void add_recipients(GString *mail, const struct sks_notice_letter *letter)
{
    g_string_append(mail, "To: ");
    for (size_t i = 0; i < letter->recipient_count; i++)
        g_string_append_printf(mail, "%s%s", i > 0 ? ",\r\n " : "", letter->recipients[i]);
    if (letter->recipient_count == 0)
        g_string_append(mail, "undisclosed-recipients:;");
    g_string_append(mail, "\r\n");
}

/* Nobody can foretell it, so nobody can have sent another mail under it before. */
static void add_message_id(GString *mail, const struct sks_notice *notice, const char *from)
{
    unsigned char random[8] = {0};
    const char *at = strrchr(from, '@');
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        memset(random, 0, sizeof random);
    g_string_append_printf(mail, "Message-ID: <notice.%" G_GINT64_FORMAT ".", notice->id);
    for (size_t i = 0; i < sizeof random; i++)
        g_string_append_printf(mail, "%02x", random[i]);
    g_string_append_printf(mail, "@%s>\r\n", at != NULL ? at + 1 : "localhost.invalid");
}

char *sks_notice_write(const struct sks_notice *notice, const struct sks_notice_letter *letter,
                       const unsigned char key[SKS_NOTICE_KEY_SIZE])
{
    static const char type[] = "text/plain; charset=utf-8", encoding[] = "base64";
    GString *text = g_string_new(NULL), *mail = g_string_new(NULL);
    if (letter->language != SKS_NOTICE_ENGLISH)
        add_body(text, notice, letter->left_out, SKS_LANGUAGE_JAPANESE);
    if (letter->language == SKS_NOTICE_BOTH)
        g_string_append(text, "\r\n----\r\n\r\n");
    if (letter->language != SKS_NOTICE_JAPANESE)
        add_body(text, notice, letter->left_out, SKS_LANGUAGE_ENGLISH);
    char *body = encode_body(text->str), *subject = encode_subject(notice, letter->language);
    char *time = g_strdup_printf("%" G_GINT64_FORMAT, letter->now);
    const struct marked marked = {time, subject, type, encoding, body, strlen(body)};
    char *signature = sign(&marked, key);

    g_string_append_printf(mail, "From: Sekisho <%s>\r\n", letter->from);
    add_recipients(mail, letter);
    g_string_append_printf(mail, "Subject: %s\r\n", subject);
    add_date(mail, letter->now);
    add_message_id(mail, notice, letter->from);
    g_string_append_printf(mail, MARK ": " MARK_VERSION "; t=%s;\r\n h=%s\r\n", time, signature);
    g_string_append_printf(mail,
                           "Auto-Submitted: auto-generated\r\nPrecedence: bulk\r\nMIME-Version: 1.0\r\n"
                           "Content-Type: %s\r\nContent-Transfer-Encoding: %s\r\n\r\n%s",
                           type, encoding, body);
    g_free(body);
    g_free(subject);
    g_free(time);
    g_free(signature);
    g_string_free(text, TRUE);
    return g_string_free(mail, FALSE);
}

char *sks_notice_to_json(const struct sks_notice *notice)
{
    json_t *to = json_array();
    for (size_t i = 0; i < notice->to_count; i++)
        json_array_append_new(to, json_string(notice->to[i]));
    json_t *root =
        json_pack("{s:i, s:I, s:s, s:s, s:o, s:s, s:s, s:s, s:f, s:s, s:{s:s, s:s}, s:s}", "version", 1, "at",
                  (json_int_t)notice->at, "message_id", notice->message_id, "from", notice->from, "to", to, "subject",
                  notice->subject, "previous", sks_class_name(notice->previous), "class",
                  sks_class_name(notice->class_), "score", notice->score, "because", notice->because, "summary", "ja",
                  notice->why[SKS_LANGUAGE_JAPANESE], "en", notice->why[SKS_LANGUAGE_ENGLISH], "held", notice->held);
    char *text = json_dumps(root, JSON_COMPACT);
    char *line = text != NULL ? g_strconcat(text, "\n", NULL) : g_strdup("");
    free(text);
    json_decref(root);
    return line;
}

bool sks_notice_may_go_to(const char *address)
{
    const char *at = strchr(address, '@');
    size_t size = strlen(address);
    if (at == NULL || at == address || at[1] == '\0' || strchr(at + 1, '@') != NULL || address[0] == '-' || size > 254)
        return false;
    for (size_t i = 0; i < size; i++)
        if (!g_ascii_isalnum(address[i]) && strchr("@.!#$%&'*+-/=?^_`{|}~", address[i]) == NULL)
            return false;
    return true;
}
