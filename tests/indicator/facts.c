/* Makes facts from rows; see facts.h. All memory of a row comes from one list of blocks. */
#include "tests/indicator/facts.h"

#include <glib.h>
#include <glib/gstdio.h>

#include "lists/lists.h"
#include "lists/people.h"

const struct sks_countries *row_countries;
struct sks_language_room *row_language;

#define ROW_TIME 1790000000 /* 2026-09-21 14:13:20 UTC */

static GPtrArray *blocks;

static void *keep(void *block)
{
    g_ptr_array_add(blocks, block);
    return block;
}

static const char *text(const char *value)
{
    return value != NULL ? value : "";
}

int lists_set_up(void **state)
{
    struct sks_lists *lists = NULL;
    int result = sks_lists_create(&lists, NULL, NULL);
    *state = lists;
    return result;
}

int lists_tear_down(void **state)
{
    sks_lists_destroy(*state);
    return 0;
}

static char **words(const char *value)
{
    char **all = g_strsplit(text(value), " ", -1);
    for (size_t i = 0; all[i] != NULL; i++)
        keep(all[i]);
    if (all[0] != NULL && all[0][0] == '\0')
        all[0] = NULL;
    return keep(all);
}

static struct sks_address address(const char *name, const char *value)
{
    const char *at = strrchr(text(value), '@');
    return (struct sks_address){.name = text(name),
                                .address = text(value),
                                .local = at != NULL ? keep(g_strndup(value, (size_t)(at - value))) : "",
                                .domain = at != NULL ? keep(g_utf8_strdown(at + 1, -1)) : "",
                                .group = "",
                                .valid = at != NULL};
}

static struct sks_address_list addresses(const char *name, const char *values, const char *second_name,
                                         const char *second)
{
    char **all = words(values);
    size_t count = g_strv_length(all);
    struct sks_address *items = keep(g_new0(struct sks_address, count + 2));
    for (size_t i = 0; i < count; i++)
        items[i] = address(i == 0 ? name : "", all[i]);
    if (second != NULL)
        items[count++] = address(second_name, second);
    return (struct sks_address_list){.items = items, .count = count};
}

static int zone_of(const char *zone)
{
    int value = atoi(zone + 1), minutes = value / 100 * 60 + value % 100;
    return zone[0] == '-' ? -minutes : minutes;
}

static void add_headers(struct sks_message *message, const struct row *row)
{
    char **lines = g_strsplit(text(row->headers), "\n", -1);
    struct sks_header *headers = keep(g_new0(struct sks_header, g_strv_length(lines) + 3));
    size_t count = 0;
    headers[count++] = (struct sks_header){
        .name = "Subject", .value = text(row->subject), .raw = "", .charset = text(row->subject_charset)};
    for (size_t i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++) {
        char *colon = strstr(lines[i], ": ");
        headers[count++] = (struct sks_header){.name = keep(g_strndup(lines[i], (size_t)(colon - lines[i]))),
                                               .value = keep(g_strdup(colon + 2)),
                                               .raw = "",
                                               .charset = ""};
    }
    g_strfreev(lines);
    message->headers = headers;
    message->header_count = count;
}

static void add_results(struct sks_message *message, const struct row *row)
{
    char **lines = g_strsplit(text(row->results), "\n", -1);
    struct sks_authentication_result *results =
        keep(g_new0(struct sks_authentication_result, g_strv_length(lines) + 1));
    size_t count = 0, field = 0;
    for (size_t i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++) {
        bool further = lines[i][0] == '+';
        char **fields = words(lines[i] + further);
        field += further;
        char *equals = strchr(fields[2], '=');
        *equals = '\0';
        results[count++] = (struct sks_authentication_result){.authserv_id = fields[0],
                                                              .method = fields[2],
                                                              .result = equals + 1,
                                                              .property = text(fields[3]),
                                                              .received_above = (size_t)atoi(fields[1]),
                                                              .field = field};
    }
    g_strfreev(lines);
    message->authentication = results;
    message->authentication_count = count;
}

static void add_trace(struct sks_message *message, const struct row *row)
{
    struct sks_received *received = keep(g_new0(struct sks_received, G_N_ELEMENTS(row->received)));
    size_t count = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(row->received); i++) {
        if (row->received[i].name == NULL && row->received[i].helo == NULL && row->received[i].zone == NULL)
            break;
        received[count++] =
            (struct sks_received){.helo = text(row->received[i].helo),
                                  .name = text(row->received[i].name),
                                  .address = text(row->received[i].address),
                                  .by = text(row->received[i].by),
                                  .with = text(row->received[i].with),
                                  .id = "",
                                  .recipient = "",
                                  .text = "",
                                  .zone = row->received[i].zone != NULL ? zone_of(row->received[i].zone) : 0,
                                  .date = ROW_TIME + row->received[i].date,
                                  .has_date = row->received[i].zone != NULL,
                                  .authenticated = row->received[i].authenticated};
    }
    message->received = received;
    message->received_count = count;
}

static void add_links(struct sks_message *message, const struct row *row)
{
    struct sks_link *links = keep(g_new0(struct sks_link, G_N_ELEMENTS(row->links) + row->decoys));
    size_t count = 0;
    for (; count < row->decoys; count++)
        links[count] = (struct sks_link){.kind = SKS_LINK_ANCHOR,
                                         .host = keep(g_strdup_printf("n%zu.kikan.example", count)),
                                         .text = text(NULL),
                                         .scheme = "https",
                                         .target = "https://kikan.example/",
                                         .path = "/"};
    for (size_t i = 0; i < G_N_ELEMENTS(row->links) && row->links[i].host != NULL; i++)
        links[count++] = (struct sks_link){.kind = row->links[i].kind,
                                           .host = row->links[i].host,
                                           .text = text(row->links[i].text),
                                           .scheme = "https",
                                           .target = row->links[i].target != NULL
                                                         ? row->links[i].target
                                                         : keep(g_strdup_printf("https://%s/", row->links[i].host)),
                                           .path = row->links[i].path != NULL ? row->links[i].path : "/",
                                           .port = row->links[i].port,
                                           .has_user = row->links[i].has_user};
    message->links = links;
    message->link_count = count;
}

static const struct sks_message *make_message(const struct row *row)
{
    struct sks_message *message = keep(g_new0(struct sks_message, 1));
    struct sks_part *part = keep(g_new0(struct sks_part, 1));
    message->from = addresses(row->from_name, row->from, row->from2_name, row->from2);
    message->from_fields = row->from != NULL;
    message->sender = addresses("", row->sender, "", NULL);
    message->reply_to = addresses("", row->reply_to, "", NULL);
    message->to = addresses(row->to_name, row->to, "", NULL);
    message->cc = addresses("", NULL, "", NULL);
    message->return_path = row->return_path;
    message->subject = text(row->subject);
    message->message_id = text(row->message_id);
    message->in_reply_to = "";
    message->references = (const char *const *)words(row->references);
    message->reference_count = g_strv_length(words(row->references));
    message->mailer = text(row->mailer);
    if (row->zone != NULL)
        message->date = (struct sks_date){.time = ROW_TIME, .zone = zone_of(row->zone), .valid = true};
    *part = (struct sks_part){.number = 1,
                              .type = row->part_type != NULL ? row->part_type : "text/plain",
                              .disposition = "",
                              .name = "",
                              .charset = text(row->text_charset),
                              .used_charset = "",
                              .encoding = "",
                              .content_id = "",
                              .where = "part 1",
                              .flags = SKS_PART_TEXT};
    message->parts = part;
    message->part_count = 1;
    message->body = (struct sks_body){.own = text(row->own),
                                      .quoted = text(row->quoted),
                                      .signature = text(row->signature),
                                      .footer = text(row->footer),
                                      .hidden = text(row->hidden),
                                      .language = "",
                                      .own_characters = (size_t)g_utf8_strlen(text(row->own), -1),
                                      .flags = row->body_flags};
    message->flags = row->message_flags;
    add_headers(message, row);
    add_results(message, row);
    add_trace(message, row);
    add_links(message, row);
    return message;
}

static bool is_japanese(const char *value)
{
    for (; *value != '\0'; value = g_utf8_next_char(value))
        if (g_utf8_get_char(value) >= 0x3040 && g_utf8_get_char(value) <= 0x9fff)
            return true;
    return false;
}

/* "word=what it should be" of a row, separated by commas; or so many of ours. */
static size_t make_misspellings(struct sks_misspelling **out_misspellings, const struct row *row)
{
    static const struct sks_misspelling ours[] = {
        {"コンピュタ", "コンピュータ", 0}, {"サバ", "サーバ", 1}, {"デタ", "データ", 2}, {"パスワド", "パスワード", 3}};
    size_t count = 0;
    *out_misspellings = keep(g_new0(struct sks_misspelling, 16));
    for (; count < row->misspellings && count < G_N_ELEMENTS(ours); count++)
        (*out_misspellings)[count] = ours[count];
    for (const char *at = row->misspelt; at != NULL && *at != '\0' && count < 16; count++) {
        size_t word = strcspn(at, "="), whole = strcspn(at, ",");
        (*out_misspellings)[count] = (struct sks_misspelling){keep(g_strndup(at, word)),
                                                              keep(g_strndup(at + word + 1, whole - word - 1)), count};
        at += whole + (at[whole] == ',');
    }
    return count;
}

static const struct sks_language_result *make_language(const struct row *row)
{
    struct sks_language_result *result = keep(g_new0(struct sks_language_result, 1));
    struct sks_misspelling *misspellings;
    size_t misspelling_count = make_misspellings(&misspellings, row);
    struct sks_span *spans = keep(g_new0(struct sks_span, row->register_breaks + 1));
    struct sks_foreign_glyph *glyph = keep(g_new0(struct sks_foreign_glyph, 1));
    char **bases = words(row->bases);
    size_t base_count = g_strv_length(bases);
    struct sks_token *token = keep(g_new0(struct sks_token, base_count + 1));
    for (size_t i = 0; i < row->register_breaks; i++)
        spans[i] = (struct sks_span){0, 2, "乱れ", "break", SKS_SPAN_REGISTER};
    *glyph = (struct sks_foreign_glyph){text(row->foreign_glyph), "関", 3};
    for (size_t i = 0; i < base_count; i++)
        token[i] = (struct sks_token){bases[i], bases[i], SKS_TOKEN_WORD, false, false, 0, 0};
    token[base_count] =
        (struct sks_token){"x", "x", row->name_glyph ? SKS_TOKEN_NAME : SKS_TOKEN_WORD, false, false, 2, 4};
    *result = (struct sks_language_result){.language = row->language != NULL         ? row->language
                                                       : is_japanese(text(row->own)) ? "ja"
                                                                                     : "en",
                                           .characters = (size_t)g_utf8_strlen(text(row->own), -1),
                                           .awkward = row->awkward,
                                           .learner = row->learner,
                                           .translationese = row->translationese,
                                           .misspellings = misspellings,
                                           .misspelling_count = misspelling_count,
                                           .register_breaks = spans,
                                           .register_break_count = row->register_breaks,
                                           .foreign_glyphs = glyph,
                                           .foreign_glyph_count = row->foreign_glyph != NULL,
                                           .tokens = token,
                                           .token_count = base_count + 1,
                                           .cut = row->language_cut};
    return result;
}

static void add_attachments(struct sks_facts *facts, const struct row *row)
{
    const struct sks_attachment **all = keep(g_new0(const struct sks_attachment *, G_N_ELEMENTS(row->attachments)));
    for (size_t i = 0; i < G_N_ELEMENTS(row->attachments) && row->attachments[i].name != NULL; i++) {
        struct sks_attachment *attachment = keep(g_new0(struct sks_attachment, 1));
        size_t texts = row->attachments[i].texts;
        struct sks_attachment_entry *entry = keep(g_new0(struct sks_attachment_entry, 1 + texts));
        struct sks_fact *fact = keep(g_new0(struct sks_fact, 1));
        *entry = (struct sks_attachment_entry){.name = text(row->attachments[i].entry),
                                               .name_charset = "us-ascii",
                                               .type = row->attachments[i].entry_type};
        for (size_t k = 0; k < texts; k++)
            entry[1 + k] =
                (struct sks_attachment_entry){.name = "a.txt", .name_charset = "us-ascii", .type = SKS_FILE_TEXT};
        *fact = (struct sks_fact){text(row->attachments[i].fact), "", text(row->attachments[i].detail)};
        *attachment = (struct sks_attachment){.where = keep(g_strdup_printf("part 2: %s", row->attachments[i].name)),
                                              .name = row->attachments[i].name,
                                              .type = row->attachments[i].type,
                                              .declared_type = "",
                                              .encrypted = row->attachments[i].encrypted,
                                              .names_visible = !row->attachments[i].names_hidden,
                                              .opened = row->attachments[i].opened,
                                              .entries = entry,
                                              .entry_count = texts + (row->attachments[i].entry != NULL),
                                              .facts = fact,
                                              .fact_count = row->attachments[i].fact != NULL,
                                              .text = "",
                                              .notes = ""};
        all[facts->attachment_count++] = attachment;
    }
    facts->attachments = all;
}

static struct sks_people *make_people(const char *csv)
{
    struct sks_people *people = NULL;
    char *file = NULL;
    int descriptor = g_file_open_tmp("sekisho-people-XXXXXX.csv", &file, NULL);
    assert_true(descriptor >= 0);
    g_close(descriptor, NULL);
    assert_true(g_file_set_contents(file, csv, -1, NULL));
    assert_int_equal(sks_people_create(&people, file, NULL), 0);
    g_unlink(file);
    g_free(file);
    return people;
}

static void make_facts(struct sks_facts *facts, const struct row *row, const struct sks_lists *lists,
                       const struct sks_people *people)
{
    char **recipients = words(row->recipients != NULL ? row->recipients : row->to);
    *facts = (struct sks_facts){.message = make_message(row),
                                .language = make_language(row),
                                .memory = row->memory,
                                .text = row->text,
                                .envelope_sender = row->envelope,
                                .recipients = (const char *const *)recipients,
                                .recipient_count = g_strv_length(recipients),
                                .client_address = text(row->client_address),
                                .client_name = text(row->client_name),
                                .own_received = row->own_received,
                                .trusted = row->trusted,
                                .authenticated = row->authenticated,
                                .truncated = row->truncated,
                                .cut_depth = row->cut_depth,
                                .cut_output = row->cut_output,
                                .time = ROW_TIME + row->late,
                                .lists = lists,
                                .people = people,
                                .countries = row_countries,
                                .own_domains = (const char *const *)words(row->own_domain),
                                .authserv_ids = (const char *const *)words(row->authserv)};
    if (facts->memory.name_other_address == NULL)
        facts->memory.name_other_address = "";
    for (int kind = 0; kind < SKS_HABIT_END; kind++)
        if (facts->memory.habits[kind].usual == NULL)
            facts->memory.habits[kind].usual = "";
    add_attachments(facts, row);
    if (row->document_awkward > 0) {
        struct sks_language_result *document = keep(g_new0(struct sks_language_result, 1));
        *document = (struct sks_language_result){.language = "ja", .characters = 500, .awkward = row->document_awkward};
        facts->document = document;
    }
}

/* Gives the facts the words of real texts. */
static void analyse(struct sks_facts *facts, const struct row *row, struct sks_language_result **results)
{
    char *identity = keep(g_strdup_printf("%s\n%s", text(row->from_name), text(row->signature)));
    assert_int_equal(sks_language_analyse(&results[0], row_language, text(row->own)), 0);
    assert_int_equal(sks_language_analyse(&results[1], row_language, identity), 0);
    facts->language = results[0];
    facts->identity = results[1];
}

/* Whatever else is found is somewhere, too: "header NAME", "body", "part N", "part N: NAME" or "part N/NAME/NAME". */
static void check_places(const struct row *row, const struct sks_findings *findings)
{
    for (size_t i = 0; i < sks_findings_count(findings); i++) {
        const struct sks_finding *finding = sks_findings_get(findings, i);
        if (!g_regex_match_simple("^(header [!-9;-~]+|body|part [0-9]+(: [^/].*|(/.+)+)?)$", finding->where, 0, 0))
            fail_msg("%s: %s is at \"%s\"", row->name, finding->indicator->id, finding->where);
    }
}

static void check_row(const struct row *row, const struct sks_findings *findings)
{
    const struct sks_finding *finding = sks_findings_find(findings, row->id);
    double strength = finding != NULL ? finding->strength : 0, most = row->most > 0 ? row->most : 1;
    if (row->least == 0 && row->most == 0)
        most = 0;
    if (strength < row->least - 1e-9 || strength > most + 1e-9)
        fail_msg("%s: %s has strength %.3f (%s), want %.3f to %.3f", row->name, row->id, strength,
                 finding != NULL ? finding->detail : "not found", row->least, most);
    if (row->quotes != NULL && (finding == NULL || strcmp(finding->detail, row->quotes) != 0))
        fail_msg("%s: %s shows \"%s\", want \"%s\"", row->name, row->id, finding != NULL ? finding->detail : "",
                 row->quotes);
    const char *ja = finding != NULL && finding->detail_ja != NULL ? finding->detail_ja : "";
    if (row->ja != NULL && strstr(ja, row->ja) == NULL)
        fail_msg("%s: %s shows \"%s\", want \"%s\"", row->name, row->id, ja, row->ja);
    if (row->shows != NULL && (finding == NULL || strstr(finding->detail, row->shows) == NULL))
        fail_msg("%s: %s shows \"%s\", want \"%s\"", row->name, row->id, finding != NULL ? finding->detail : "",
                 row->shows);
}

void run_rows(void **state, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct sks_facts facts;
        blocks = g_ptr_array_new_with_free_func(g_free);
        struct sks_people *people = rows[i].people != NULL ? make_people(rows[i].people) : NULL;
        GArray *looks = people != NULL ? sks_lists_looks(*state, sks_people_domains(people)) : NULL;
        struct sks_language_result *results[2] = {NULL, NULL};
        make_facts(&facts, &rows[i], *state, people);
        facts.people_looks = looks;
        char **correspondents = g_strsplit(text(rows[i].correspondents), " ", -1);
        GArray *frequent = sks_lists_looks(*state, (const char *const *)correspondents);
        facts.correspondents = frequent;
        if (row_language != NULL)
            analyse(&facts, &rows[i], results);
        struct sks_findings *findings = sks_findings_create();
        sks_indicators_run(findings, &facts);
        check_row(&rows[i], findings);
        check_places(&rows[i], findings);
        sks_findings_destroy(findings);
        sks_language_result_destroy(results[0]);
        sks_language_result_destroy(results[1]);
        g_array_unref(frequent);
        g_strfreev(correspondents);
        if (looks != NULL)
            g_array_unref(looks);
        sks_people_destroy(people);
        g_ptr_array_unref(blocks);
    }
}
