/*
 * A word is left alone if Hunspell's American dictionary knows it, as it is or as a name; if it is the British form of
 * one; if it was counted in several honest mails, or is listed, or a form of such a word; and if the text has it again
 * and again, since who writes a word so each time means it. What then is left is tried with one letter changed, against
 * the words that were counted: the commoner a word, and the more usual the slip, the likelier it was meant. Words that
 * are made of known parts (codebase, unshare) need a much likelier one.
 *
 * Listed slips (becuase, acomodate) are told of any length, whatever was counted: people write them everywhere.
 */
#include "language/english.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/resource.h"
#include "language/dictionary.h"
#include "language/ipadic.h"
#include "language/typo.h"
#include "sekisho/limits.h"

#define COUNTS "language/english.txt"
#define LISTED "language/english-words.txt"

enum {
    LEAST_LENGTH = 5,  /* of a word that is checked, if it is no listed slip: shorter ones have too many neighbours */
    USUAL_LENGTH = 8,  /* of a word for which the costs of slips are meant as they are */
    LISTED_COUNT = 12, /* what a listed word counts at least */
    SEVERAL = 3,       /* mails with a word that no dictionary knows, or times in one text: it is meant */
    LEAST_PART = 3,    /* letters of a part of a word */
    LEAST_PART_COUNT = 4,
    MOST_SEARCHED = 1000, /* unknown words of a text that are tried, some 40 µs each */
    TIMES_COMMONER = 60,  /* a word must be, to be meant by one that was counted itself */
};

/* What the word meant must be commoner by if the word is made of known parts, in powers of two. */
#define MADE_OF_PARTS 3.0

/* A word so common (in powers of two) is meant by a slip that costs nothing less. */
#define BASE 1.5

struct sks_english {
    Hunhandle *american;
    GHashTable *counts; /* word → honest mails with it */
    GHashTable *known;  /* words of trades */
    GHashTable *slips;  /* wrong → right */
    size_t section;     /* of the list, while it is read */
};

/*
 * Debian's dictionary, made fast: only plain lower-case ASCII words are looked up, so a charset of single bytes spares
 * Hunspell a conversion at each step, and the rules for compounds are there for ordinals like 21st.
 */
static Hunhandle *open_american(void)
{
    char *affix = NULL, *words = NULL;
    gsize affix_size, words_size;
    Hunhandle *handle = NULL;
    if (g_file_get_contents(SKS_HUNSPELL_FOLDER "/en_US.aff", &affix, &affix_size, NULL) &&
        g_file_get_contents(SKS_HUNSPELL_FOLDER "/en_US.dic", &words, &words_size, NULL)) {
        GString *fast = g_string_new("SET ISO8859-1\n");
        char **lines = g_strsplit(affix, "\n", -1);
        for (char **line = lines; *line != NULL; line++)
            if (!g_str_has_prefix(*line, "SET ") && !g_str_has_prefix(*line, "COMPOUND") &&
                !g_str_has_prefix(*line, "ONLYINCOMPOUND"))
                g_string_append_printf(fast, "%s\n", *line);
        g_strfreev(lines);
        handle = sks_dictionary_open(fast->str, fast->len, words, words_size);
        g_string_free(fast, TRUE);
    }
    g_free(affix);
    g_free(words);
    return handle;
}

static guint count_of(const struct sks_english *english, const char *word)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(english->counts, word));
}

/* "WORD TAB COUNT" */
static bool read_count(struct sks_english *english, char *line)
{
    char *tab = strchr(line, '\t');
    guint64 count = 0;
    if (tab == NULL || !g_ascii_string_to_unsigned(tab + 1, 10, 1, G_MAXUINT, &count, NULL))
        return false;
    *tab = '\0';
    g_hash_table_insert(english->counts, g_strdup(line), GUINT_TO_POINTER((guint)count));
    return true;
}

static void enter_common(struct sks_english *english, const char *word)
{
    guint count = MAX(count_of(english, word), LISTED_COUNT);
    g_hash_table_insert(english->counts, g_strdup(word), GUINT_TO_POINTER(count));
}

/* "@slips": lines "RIGHT: WRONG WRONG …"; "@common", "@known": words. */
static bool read_listed(struct sks_english *english, char *line)
{
    static const char *const sections[] = {"@slips", "@common", "@known"};
    for (size_t i = 0; i < G_N_ELEMENTS(sections); i++)
        if (strcmp(line, sections[i]) == 0) {
            english->section = i;
            return true;
        }
    char *colon = strchr(line, ':');
    if ((colon != NULL) != (english->section == 0))
        return false;
    if (colon != NULL)
        *colon = '\0';
    char **words = g_strsplit(colon != NULL ? colon + 1 : line, " ", -1);
    for (char **word = words; *word != NULL; word++) {
        if (**word == '\0')
            continue;
        if (english->section == 0)
            g_hash_table_insert(english->slips, g_strdup(*word), g_strdup(line));
        else if (english->section == 1)
            enter_common(english, *word);
        else
            g_hash_table_add(english->known, g_strdup(*word));
    }
    g_strfreev(words);
    return true;
}

static bool read_table(struct sks_english *english, const char *name, bool (*read)(struct sks_english *, char *),
                       struct sks_problems *problems)
{
    const struct sks_resource *resource = sks_resource_find(name);
    char *text = g_strndup(resource != NULL ? resource->bytes : "", resource != NULL ? resource->size : 0);
    char **lines = g_strsplit(text, "\n", -1);
    bool fine = resource != NULL;
    for (size_t i = 0; lines[i] != NULL && fine; i++) {
        fine = *lines[i] == '\0' || *lines[i] == '#' || read(english, lines[i]);
        if (!fine)
            sks_problems_add(problems, name, (unsigned)i + 1, NULL, "can't be understood");
    }
    g_strfreev(lines);
    g_free(text);
    return fine;
}

int sks_english_create(struct sks_english **out_english, struct sks_problems *problems)
{
    struct sks_english *english = g_new0(struct sks_english, 1);
    english->counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    english->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    english->slips = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    if (!read_table(english, COUNTS, read_count, problems) || !read_table(english, LISTED, read_listed, problems)) {
        sks_english_destroy(english);
        return SKS_ERROR_FORMAT;
    }
    english->american = open_american();
    *out_english = english;
    return 0;
}

void sks_english_destroy(struct sks_english *english)
{
    if (english == NULL)
        return;
    if (english->american != NULL)
        Hunspell_destroy(english->american);
    g_hash_table_destroy(english->counts);
    g_hash_table_destroy(english->known);
    g_hash_table_destroy(english->slips);
    g_free(english);
}

static bool in_dictionary(const struct sks_english *english, const char *word)
{
    return Hunspell_spell(english->american, word) != 0;
}

/* Also as a name or a nation: somebody was lazy with the shift key. */
static bool is_name(const struct sks_english *english, const char *word)
{
    char *capital = g_strdup(word);
    capital[0] = g_ascii_toupper(capital[0]);
    bool name = in_dictionary(english, capital);
    g_free(capital);
    return name;
}

/*
 * British forms are right; the dictionary is American. Doubled letters and endings stand with what must follow, since
 * usefull and realy are slips.
 */
static bool is_british(const struct sks_english *english, const char *word)
{
    static const char *const forms[][2] = {
        {"our", "or"},         {"is", "iz"},          {"ys", "yz"},         {"tre", "ter"},        {"bre", "ber"},
        {"tred", "tered"},     {"tring", "tering"},   {"lled", "led"},      {"lling", "ling"},     {"ller", "ler"},
        {"llous", "lous"},     {"llation", "lation"}, {"llery", "lry"},     {"ogue", "og"},        {"ae", "e"},
        {"oe", "e"},           {"fence", "fense"},    {"icence", "icense"}, {"etence", "etense"},  {"mme", "m"},
        {"minium", "minum"},   {"ality", "alty"},     {"arte", "arti"},     {"dgement", "dgment"}, {"sce", "ske"},
        {"mould", "mold"},     {"plough", "plow"},    {"xion", "ction"},    {"lful", "llful"},     {"lfil", "lfill"},
        {"olment", "ollment"}, {"alment", "allment"}, {"eable", "able"},    {"ngst", "ng"},        {"oured", "ored"},
        {"cheque", "check"},   {"nsive", "nsive"},    {"yse", "yze"},       {"aneous", "aneous"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++)
        for (const char *at = word + 1; (at = strstr(at, forms[i][0])) != NULL; at++) {
            char *american = g_strdup_printf("%.*s%s%s", (int)(at - word), word, forms[i][1], at + strlen(forms[i][0]));
            bool known = in_dictionary(english, american);
            g_free(american);
            if (known)
                return true;
        }
    return false;
}

/* Whether it is a word of a trade, as counted or listed. */
static bool is_term(const struct sks_english *english, const char *word)
{
    return g_hash_table_contains(english->known, word) || count_of(english, word) >= SEVERAL;
}

/* A plural, participle or the like of a term that no dictionary has: symlinks, rebased. */
static bool is_form_of_term(const struct sks_english *english, const char *word)
{
    static const char *const endings[] = {"s", "es", "ed", "ing", "er", "ers", "able", "d"};
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        size_t length = strlen(word), ending = strlen(endings[i]);
        if (length < ending + LEAST_PART + 1 || !g_str_has_suffix(word, endings[i]))
            continue;
        char *stem = g_strndup(word, length - ending);
        bool term = is_term(english, stem) && !in_dictionary(english, stem);
        g_free(stem);
        if (term)
            return true;
    }
    return false;
}

/* usefull is no word of two parts. */
static bool is_part(const struct sks_english *english, const char *part)
{
    size_t length = strlen(part);
    return length >= LEAST_PART && strcmp(part, "full") != 0 &&
           (count_of(english, part) >= LEAST_PART_COUNT || (length > LEAST_PART && in_dictionary(english, part)));
}

/* hostname, unshare: two words as one, or one with a syllable before it. */
static bool is_made_of_parts(const struct sks_english *english, const char *word)
{
    static const char *const before[] = {"un", "re", "de", "co", "pre", "sub", "non", "anti", "auto", "mis", "bi"};
    for (size_t i = 0; i < G_N_ELEMENTS(before); i++) {
        const char *rest = word + strlen(before[i]);
        if (g_str_has_prefix(word, before[i]) && strlen(rest) > LEAST_PART && is_part(english, rest))
            return true;
    }
    size_t length = strlen(word);
    for (size_t cut = LEAST_PART; cut + LEAST_PART <= length; cut++) {
        char *head = g_strndup(word, cut);
        bool made = is_part(english, head) && is_part(english, word + cut);
        g_free(head);
        if (made)
            return true;
    }
    return false;
}

/* How common a word is by itself, or as a form of one: shipped of ship, proposals of proposal. */
static double commonness(const struct sks_english *english, const char *word)
{
    static const struct {
        const char *text, *instead;
        size_t size;
        char last;
    } endings[] = {{"s", "", 1, 's'},    {"es", "", 2, 's'},   {"ed", "", 2, 'd'}, {"ed", "e", 2, 'd'},
                   {"ing", "", 3, 'g'},  {"ing", "e", 3, 'g'}, {"ly", "", 2, 'y'}, {"er", "", 2, 'r'},
                   {"ies", "y", 3, 's'}, {"ied", "y", 3, 'd'}};
    enum { A_FORM = 4 };
    guint count = count_of(english, word), best = 0;
    size_t length = strlen(word);
    for (size_t i = 0; i < G_N_ELEMENTS(endings) && count == 0; i++) {
        size_t ending = endings[i].size;
        if (length < ending + LEAST_PART || word[length - 1] != endings[i].last ||
            memcmp(word + length - ending, endings[i].text, ending) != 0)
            continue;
        char stem[SKS_TYPO_LENGTH + 4];
        size_t rest = length - ending;
        g_snprintf(stem, sizeof(stem), "%.*s%s", (int)rest, word, endings[i].instead);
        best = MAX(best, count_of(english, stem));
        if (rest > LEAST_PART && word[rest - 1] == word[rest - 2] && *endings[i].instead == '\0') {
            stem[rest - 1] = '\0';
            best = MAX(best, count_of(english, stem));
        }
    }
    return count > 0 ? count : (double)best / A_FORM;
}

struct search {
    const struct sks_english *english;
    const char *wrong;
    guint wrong_count;
    unsigned searched; /* words of the text so far */
    char best[SKS_TYPO_LENGTH + 2];
    double margin; /* by how much the best is commoner than its slip asks for, in powers of two */
};

static void try_candidate(const char *candidate, void *data)
{
    struct search *search = data;
    double count = commonness(search->english, candidate);
    if (count < 1 || count < search->wrong_count * TIMES_COMMONER)
        return;
    double length = ((double)strlen(candidate) - USUAL_LENGTH) * 0.7;
    double margin = log2(count) + BASE - sks_typo_cost(search->wrong, candidate) + CLAMP(length, -2, 2);
    bool likelier = margin > search->margin;
    if (likelier && (in_dictionary(search->english, candidate) ||
                     (count_of(search->english, candidate) > 0 && is_british(search->english, candidate)))) {
        search->margin = margin;
        g_strlcpy(search->best, candidate, sizeof(search->best));
    }
}

static bool is_plain(const char *word)
{
    size_t length = strlen(word);
    for (size_t i = 0; i < length; i++)
        if (!g_ascii_islower(word[i]))
            return false;
    return length >= LEAST_PART && length <= SKS_TYPO_LENGTH;
}

/* The word meant, or NULL; it lasts until the next search. */
static const char *meant(struct search *search, const struct sks_english *english, const char *word)
{
    const char *listed = g_hash_table_lookup(english->slips, word);
    if (listed != NULL)
        return listed;
    if (strlen(word) < LEAST_LENGTH || g_hash_table_contains(english->known, word) || in_dictionary(english, word) ||
        is_british(english, word) || is_name(english, word) || is_form_of_term(english, word))
        return NULL;
    guint count = count_of(english, word);
    *search = (struct search){.english = english,
                              .wrong = word,
                              .wrong_count = count >= SEVERAL ? count : 0,
                              .searched = search->searched + 1,
                              .margin = is_made_of_parts(english, word) ? MADE_OF_PARTS : 0};
    sks_typo_each(word, try_candidate, search);
    return search->best[0] != '\0' ? search->best : NULL;
}

/* Parts of addresses, file names and programs are no words. */
static bool is_in_code(const struct sks_token *tokens, size_t count, size_t i)
{
    const struct sks_token *token = &tokens[i];
    bool before = i > 0 && tokens[i - 1].at + tokens[i - 1].length == token->at;
    bool after = i + 1 < count && token->at + token->length == tokens[i + 1].at;
    return (before && strchr("/._@-\\:=&<$#%*`~^|+[{", *tokens[i - 1].surface) != NULL) ||
           (after && strchr("'/_@\\=&>$#*`~^|+[]{}(-", *tokens[i + 1].surface) != NULL);
}

/* How often each word that might be told stands in the text. */
static GHashTable *count_words(const struct sks_token *tokens, size_t count)
{
    GHashTable *times = g_hash_table_new(g_str_hash, g_str_equal);
    for (size_t i = 0; i < count; i++) {
        guint seen = GPOINTER_TO_UINT(g_hash_table_lookup(times, tokens[i].surface));
        if (tokens[i].class_ == SKS_TOKEN_WORD)
            g_hash_table_insert(times, (gpointer)tokens[i].surface, GUINT_TO_POINTER(seen + 1));
    }
    return times;
}

static bool is_full(const GArray *found, const struct search *search)
{
    return found->len >= SKS_LIMIT_LANGUAGE_SPANS || search->searched >= MOST_SEARCHED;
}

bool sks_english_check(GArray *found, GStringChunk *strings, struct sks_english *english,
                       const struct sks_token *tokens, size_t count)
{
    if (english->american == NULL)
        return false;
    struct search search = {0};
    GHashTable *times = count_words(tokens, count);
    for (size_t i = 0; i < count && !is_full(found, &search); i++) {
        const char *word = tokens[i].surface;
        if (tokens[i].class_ != SKS_TOKEN_WORD || !is_plain(word) || is_in_code(tokens, count, i))
            continue;
        const char *right = meant(&search, english, word);
        bool again = GPOINTER_TO_UINT(g_hash_table_lookup(times, word)) >= SEVERAL;
        if (right != NULL && (!again || g_hash_table_contains(english->slips, word))) {
            struct sks_misspelling misspelling = {word, g_string_chunk_insert(strings, right), tokens[i].at};
            g_array_append_val(found, misspelling);
        }
    }
    g_hash_table_destroy(times);
    return is_full(found, &search);
}
