/*
 * Phrases are tried at each word that may begin one. Of several kinds at one place each counts; of one kind, the next
 * is looked for behind the last one found, so that no word is counted twice.
 */
#include "language/lure.h"

#include <math.h>
#include <string.h>

#include "base/resource.h"
#include "sekisho/limits.h"

#define PHRASES "language/lures.txt"
#define WEIGHTS "language/lure-weights.txt"

/* What a phrase of everyday business counts. */
#define EVERYDAY 0.15

/* The kind that says nothing once somebody is greeted by name. */
#define NAMELESS "stranger"

/* One word of a phrase: what may stand there. */
struct word {
    char **texts; /* "*" any, "N" a number */
    bool optional;
};

struct phrase {
    size_t kind;
    double share;  /* of a phrase that is found */
    GArray *words; /* struct word */
};

struct kind {
    char *name, *why_ja, *why_en;
    double weight;
};

struct sks_lures {
    struct kind kinds[SKS_LURE_KINDS];
    size_t kind_count;
    double bias;
    GArray *phrases;      /* struct phrase */
    GHashTable *by_first; /* a first word → GArray of guint; "N" has its own */
};

static void clear_word(gpointer data)
{
    g_strfreev(((struct word *)data)->texts);
}

static void clear_phrase(gpointer data)
{
    g_array_free(((struct phrase *)data)->words, TRUE);
}

static void free_numbers(gpointer data)
{
    g_array_free(data, TRUE);
}

/* A phrase may begin with any of its words up to the first that can't be missing. */
static void enter(struct sks_lures *lures, const struct phrase *phrase)
{
    guint number = lures->phrases->len;
    for (guint i = 0; i < phrase->words->len; i++) {
        const struct word *word = &g_array_index(phrase->words, struct word, i);
        for (char **text = word->texts; *text != NULL; text++) {
            GArray *numbers = g_hash_table_lookup(lures->by_first, *text);
            if (numbers == NULL) {
                numbers = g_array_new(FALSE, FALSE, sizeof(guint));
                g_hash_table_insert(lures->by_first, g_strdup(*text), numbers);
            }
            g_array_append_val(numbers, number);
        }
        if (!word->optional)
            break;
    }
    g_array_append_val(lures->phrases, *phrase);
}

static bool read_kind(struct sks_lures *lures, const char *line)
{
    char **fields = g_strsplit(line + 1, "\t", -1);
    bool fine = g_strv_length(fields) == 3 && lures->kind_count < SKS_LURE_KINDS;
    if (fine)
        lures->kinds[lures->kind_count++] = (struct kind){
            .name = g_strdup(fields[0]), .why_ja = g_strdup(fields[1]), .why_en = g_strdup(fields[2]), .weight = NAN};
    g_strfreev(fields);
    return fine;
}

static bool read_phrase(struct sks_lures *lures, const char *line)
{
    bool everyday = *line == '~', certain = false;
    struct phrase phrase = {lures->kind_count - 1, everyday ? EVERYDAY : 1,
                            g_array_new(FALSE, FALSE, sizeof(struct word))};
    char **words = g_strsplit(line + everyday, " ", -1);
    g_array_set_clear_func(phrase.words, clear_word);
    for (char **text = words; *text != NULL; text++) {
        if (**text == '\0')
            continue;
        bool optional = g_str_has_suffix(*text, "?");
        (*text)[strlen(*text) - optional] = '\0';
        struct word word = {g_strsplit(*text, "|", -1), optional};
        certain |= !optional;
        g_array_append_val(phrase.words, word);
    }
    g_strfreev(words);
    bool fine = certain && lures->kind_count > 0;
    if (fine)
        enter(lures, &phrase);
    else
        clear_phrase(&phrase);
    return fine;
}

/* Reads lines "NAME NUMBER", each kind once, and the bias. */
static bool read_weight(struct sks_lures *lures, const char *line)
{
    const char *blank = strchr(line, ' ');
    size_t length = blank != NULL ? (size_t)(blank - line) : 0;
    char *end = NULL;
    double value = blank != NULL ? g_ascii_strtod(blank + 1, &end) : NAN;
    if (!isfinite(value) || *end != '\0')
        return false;
    if (length == strlen("bias") && memcmp(line, "bias", length) == 0) {
        lures->bias = value;
        return true;
    }
    for (size_t i = 0; i < lures->kind_count; i++) {
        if (strlen(lures->kinds[i].name) == length && memcmp(lures->kinds[i].name, line, length) == 0) {
            lures->kinds[i].weight = value;
            return true;
        }
    }
    return false;
}

static bool read_table(struct sks_lures *lures, const char *name, struct sks_problems *problems)
{
    const struct sks_resource *resource = sks_resource_find(name);
    bool weights = strcmp(name, WEIGHTS) == 0, fine = resource != NULL;
    char *text = fine ? g_strndup(resource->bytes, resource->size) : g_strdup("");
    char **lines = g_strsplit(text, "\n", -1);
    for (int i = 0; lines[i] != NULL; i++) {
        const char *line = lines[i];
        if (*line == '\0' || *line == '#')
            continue;
        bool read = weights        ? read_weight(lures, line)
                    : *line == '@' ? read_kind(lures, line)
                                   : read_phrase(lures, line);
        if (!read)
            sks_problems_add(problems, name, i + 1, NULL, "is not in the format expected");
        fine &= read;
    }
    if (resource == NULL)
        sks_problems_add(problems, name, 0, NULL, "is missing");
    g_strfreev(lines);
    g_free(text);
    return fine;
}

int sks_lures_create(struct sks_lures **out_lures, struct sks_problems *problems)
{
    struct sks_lures *lures = g_new0(struct sks_lures, 1);
    lures->phrases = g_array_new(FALSE, FALSE, sizeof(struct phrase));
    g_array_set_clear_func(lures->phrases, clear_phrase);
    lures->by_first = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_numbers);
    bool fine = read_table(lures, PHRASES, problems) && read_table(lures, WEIGHTS, problems);
    for (size_t i = 0; fine && i < lures->kind_count; i++) {
        fine = !isnan(lures->kinds[i].weight);
        if (!fine)
            sks_problems_add(problems, WEIGHTS, 0, lures->kinds[i].name, "has no weight");
    }
    if (!fine) {
        sks_lures_destroy(lures);
        return SKS_ERROR_FORMAT;
    }
    *out_lures = lures;
    return 0;
}

void sks_lures_destroy(struct sks_lures *lures)
{
    if (lures == NULL)
        return;
    for (size_t i = 0; i < lures->kind_count; i++) {
        g_free(lures->kinds[i].name);
        g_free(lures->kinds[i].why_ja);
        g_free(lures->kinds[i].why_en);
    }
    g_array_free(lures->phrases, TRUE);
    g_hash_table_destroy(lures->by_first);
    g_free(lures);
}

size_t sks_lures_kind_count(const struct sks_lures *lures)
{
    return lures->kind_count;
}

const char *sks_lures_kind_name(const struct sks_lures *lures, size_t kind)
{
    return lures->kinds[kind].name;
}

static bool word_fits(const struct word *word, const struct sks_token *token)
{
    for (char **text = word->texts; *text != NULL; text++) {
        bool any = strcmp(*text, "*") == 0 && token->class_ != SKS_TOKEN_SYMBOL;
        bool number = strcmp(*text, "N") == 0 && token->class_ == SKS_TOKEN_NUMBER;
        if (any || number || strcmp(*text, token->base) == 0)
            return true;
    }
    return false;
}

/* How many tokens a phrase takes from here; 0: it does not stand here. */
static size_t phrase_length(const struct phrase *phrase, const struct sks_token *tokens, size_t count)
{
    size_t at = 0;
    for (guint i = 0; i < phrase->words->len; i++) {
        const struct word *word = &g_array_index(phrase->words, struct word, i);
        if (at < count && word_fits(word, &tokens[at]))
            at++;
        else if (!word->optional)
            return 0;
    }
    return at;
}

struct search {
    const struct sks_lures *lures;
    const struct sks_token *tokens;
    size_t count;
    size_t free_from[SKS_LURE_KINDS]; /* the first token that is in no phrase of the kind */
    double found[SKS_LURE_KINDS];
    GArray *spans;
};

static void try_phrases(struct search *search, size_t at, const char *first)
{
    const GArray *numbers = g_hash_table_lookup(search->lures->by_first, first);
    for (guint i = 0; numbers != NULL && i < numbers->len; i++) {
        const struct phrase *phrase =
            &g_array_index(search->lures->phrases, struct phrase, g_array_index(numbers, guint, i));
        size_t length =
            at < search->free_from[phrase->kind] ? 0 : phrase_length(phrase, search->tokens + at, search->count - at);
        if (length == 0)
            continue;
        const struct sks_token *start = &search->tokens[at], *end = &search->tokens[at + length - 1];
        const struct kind *kind = &search->lures->kinds[phrase->kind];
        struct sks_span span = {start->at, end->at + end->length - start->at, kind->why_ja, kind->why_en,
                                SKS_SPAN_LURE};
        search->free_from[phrase->kind] = at + length;
        search->found[phrase->kind] += phrase->share;
        if (search->spans != NULL && search->spans->len < SKS_LIMIT_LANGUAGE_SPANS)
            g_array_append_val(search->spans, span);
    }
}

static bool is_capital(const struct sks_token *token)
{
    return token->class_ != SKS_TOKEN_SYMBOL && g_unichar_isupper(g_utf8_get_char(token->surface));
}

static bool is_title(const struct sks_token *token)
{
    static const char *const titles[] = {"professor", "prof",      "dr",      "doctor",     "mr",
                                         "mrs",       "ms",        "miss",    "ambassador", "minister",
                                         "director",  "president", "general", "colonel",    "assoc"};
    for (size_t i = 0; i < G_N_ELEMENTS(titles); i++)
        if (strcmp(token->base, titles[i]) == 0)
            return true;
    return false;
}

/*
 * Whether somebody is greeted by name: "Dear Ms. Sato", "Dear Hanna". Of "Dear Customer" and the like the phrases know;
 * a title alone ("Dear Professor") is no name.
 */
static bool names_reader(const struct sks_lures *lures, const struct sks_token *tokens, size_t count)
{
    enum { NEAR = 32 /* characters from the greeting to the name */ };
    for (size_t i = 0; i + 1 < count; i++) {
        if (strcmp(tokens[i].base, "dear") != 0)
            continue;
        struct search search = {.lures = lures, .tokens = tokens, .count = count};
        try_phrases(&search, i, "dear");
        bool generic = false;
        for (size_t k = 0; k < lures->kind_count; k++)
            generic |= search.found[k] > 0;
        size_t at = i + 1;
        while (at < count && (is_title(&tokens[at]) || strcmp(tokens[at].surface, ".") == 0))
            at++;
        if (!generic && at < count && is_capital(&tokens[at]) && tokens[at].at < tokens[i].at + NEAR)
            return true;
    }
    return false;
}

/* Takes back what was found of a kind. */
static void forget(struct search *search, size_t kind, guint first_span)
{
    search->found[kind] = 0;
    for (guint i = search->spans != NULL ? search->spans->len : 0; i-- > first_span;)
        if (g_array_index(search->spans, struct sks_span, i).why_en == search->lures->kinds[kind].why_en)
            g_array_remove_index(search->spans, i);
}

void sks_lures_find(double out_amounts[SKS_LURE_KINDS], GArray *spans, const struct sks_lures *lures,
                    const struct sks_token *tokens, size_t count)
{
    struct search search = {.lures = lures, .tokens = tokens, .count = count, .spans = spans};
    size_t words = 0;
    guint first_span = spans != NULL ? spans->len : 0;
    for (size_t i = 0; i < count; i++) {
        words += tokens[i].class_ != SKS_TOKEN_SYMBOL;
        try_phrases(&search, i, tokens[i].base);
        if (tokens[i].class_ == SKS_TOKEN_NUMBER)
            try_phrases(&search, i, "N");
    }
    for (size_t i = 0; i < lures->kind_count; i++)
        if (strcmp(lures->kinds[i].name, NAMELESS) == 0 && names_reader(lures, tokens, count))
            forget(&search, i, first_span);
    double length = sqrt(fmax((double)words, 50) / 100);
    for (size_t i = 0; i < lures->kind_count; i++)
        out_amounts[i] = -expm1(-search.found[i] / length);
}

double sks_lures_score(const struct sks_lures *lures, const double amounts[SKS_LURE_KINDS])
{
    double sum = lures->bias;
    for (size_t i = 0; i < lures->kind_count; i++)
        sum += lures->kinds[i].weight * amounts[i];
    return 1 / (1 + exp(-sum));
}
