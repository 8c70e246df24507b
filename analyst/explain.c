/*
 * sekisho explain: the path of one mail from evidence to probabilities, and what would have changed the verdict.
 *
 * The verdict comes from a worker process, as in scan; here the same package is loaded once more, and what it makes of
 * the evidence is told step by step.
 */
#include <glib.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/resource.h"
#include "change.h"
#include "command.h"
#include "examine.h"
#include "indicator/indicator.h"
#include "judging.h"
#include "model/train.h"
#include "terminal.h"
#include "wording.h"
#include "words.h"

#define COMMAND "explain"

/* Amounts, as wide as the classes' names in Japanese. */
#define TARGETED_COLUMNS 8
#define BULK_COLUMNS     10
#define AMOUNT_COLUMNS   (2 + TARGETED_COLUMNS + 2 + BULK_COLUMNS + 3) /* before a text with both */

enum {
    OPTION_JSON = SKS_OPTION_FURTHER,
};

static const struct option options[] = {
    SKS_SETTINGS_OPTIONS,
    {"json", no_argument, NULL, OPTION_JSON},
    {0},
};

struct explaining {
    bool json;
    int language; /* enum sks_language, or SKS_LANGUAGE_COUNT for both */
    struct sks_command_settings settings;
    struct sks_model *model;
    struct sks_classifier *classifier; /* to read words with */
    const char *const *schema;
    size_t schema_count;
    size_t reported_feature;
    size_t mails, failed;
};

/* What is said of one mail. */
struct account {
    const struct sks_verdict *verdict;
    double *values;
    struct sks_change_question question;
    struct sks_prediction prediction;
    double targeted_threshold, bulk_threshold;
    struct sks_change without, with;
    GArray *words; /* struct sks_wording */
};

/* What reads words needs no memory, no directory and no countries. */
static int load_reader(struct explaining *explaining, struct sks_problems *problems)
{
    struct sks_settings settings = explaining->settings.settings;
    settings.store = settings.people = settings.countries = NULL;
    return sks_classifier_create_untrained(&explaining->classifier, &settings, problems);
}

static int load_model(struct explaining *explaining, struct sks_problems *problems)
{
    const char *file = explaining->settings.settings.model;
    const struct sks_resource *built_in = sks_resource_find("sekisho.model");
    if (file != NULL)
        return sks_model_load(&explaining->model, file, explaining->schema, explaining->schema_count, problems);
    if (built_in == NULL)
        return SKS_ERROR_UNSUPPORTED;
    return sks_model_load_bytes(&explaining->model, built_in->bytes, built_in->size, built_in->name, explaining->schema,
                                explaining->schema_count, problems);
}

static size_t find_feature(const struct explaining *explaining, const char *id)
{
    for (size_t i = 0; i < explaining->schema_count; i++)
        if (strcmp(explaining->schema[i], id) == 0)
            return i;
    return explaining->schema_count;
}

/* Evidence that another mail of the same sender and kind might show; what stands for ceilings and words is not. */
static bool may_be_added(const char *feature)
{
    return !g_str_has_prefix(feature, "limit.") && !g_str_has_suffix(feature, ".wording");
}

/*
 * How much likeness to reported mail added: what its feature has beyond its weight. What it would have been for the
 * same words if the mail brought nothing is told by words alone.
 */
static struct sks_resemblance find_reported(const struct account *account, const struct explaining *explaining,
                                            struct sks_resemblance words)
{
    g_autofree double *plain = g_new0(double, explaining->schema_count);
    g_autofree double *known = g_new0(double, explaining->schema_count);
    g_autofree double *bringing = g_new0(double, explaining->schema_count);
    static const struct sks_resemblance none = {0}, all = {.bringing = 1, .bare = 1}, unless_bare = {.bringing = 1};
    struct sks_prediction unused;
    sks_model_predict_reported(explaining->model, account->values, none, &unused, plain, NULL);
    sks_model_predict_reported(explaining->model, account->values, all, &unused, known, NULL);
    sks_model_predict_reported(explaining->model, account->values, unless_bare, &unused, bringing, NULL);
    size_t feature = explaining->reported_feature;
    double weight = known[feature] - plain[feature];
    bool brings = bringing[feature] > plain[feature];
    for (size_t i = 0; weight > 0 && i < sks_verdict_evidence_count(account->verdict); i++) {
        const struct sks_evidence *evidence = sks_verdict_evidence(account->verdict, i);
        if (find_feature(explaining, evidence->id) != feature)
            continue;
        double part = CLAMP((evidence->contribution - plain[feature]) / weight, 0, 1);
        return (struct sks_resemblance){.bringing = part, .bare = brings ? MIN(words.bare, part) : part};
    }
    return none;
}

/* words: how much the mail's words are like reported mail. */
static void fill_account(struct account *account, const struct explaining *explaining,
                         const struct sks_verdict *verdict, struct sks_resemblance words)
{
    account->verdict = verdict;
    account->values = g_new0(double, explaining->schema_count);
    for (size_t i = 0; i < sks_verdict_evidence_count(verdict); i++) {
        const struct sks_evidence *evidence = sks_verdict_evidence(verdict, i);
        size_t feature = find_feature(explaining, evidence->id);
        if (feature < explaining->schema_count)
            account->values[feature] = evidence->strength;
    }
    struct sks_resemblance reported = find_reported(account, explaining, words);
    sks_model_predict_reported(explaining->model, account->values, reported, &account->prediction, NULL, NULL);
    sks_model_thresholds(explaining->model, &account->targeted_threshold, &account->bulk_threshold);
    account->question = (struct sks_change_question){.model = explaining->model,
                                                     .values = account->values,
                                                     .count = explaining->schema_count,
                                                     .reported = reported,
                                                     .reported_feature = explaining->reported_feature,
                                                     .class_ = sks_verdict_class(verdict)};
    g_autofree bool *allowed = g_new(bool, explaining->schema_count);
    for (size_t i = 0; i < explaining->schema_count; i++)
        allowed[i] = may_be_added(explaining->schema[i]);
    if (account->prediction.class_ != sks_verdict_class(verdict))
        return; /* decided by a rule or a person: no weight would have changed it */
    account->without = sks_change_without(&account->question);
    account->with = sks_change_with(&account->question, allowed);
}

/* JSON. */

static json_t *describe_change(const struct explaining *explaining, const struct sks_change *change)
{
    json_t *ids = json_array();
    for (size_t i = 0; i < change->count; i++)
        json_array_append_new(ids, json_string(explaining->schema[change->features[i]]));
    return json_pack("{s:o, s:s}", "ids", ids, "class", change->count > 0 ? sks_class_name(change->class_) : "");
}

static json_t *describe_words(const struct account *account)
{
    json_t *list = json_array();
    for (guint i = 0; i < account->words->len; i++) {
        const struct sks_wording *word = &g_array_index(account->words, struct sks_wording, i);
        json_array_append_new(list, json_pack("{s:s, s:s, s:f, s:f}", "field", word->field, "text", word->text,
                                              "targeted", word->targeted, "bulk", word->bulk));
    }
    return list;
}

static void print_json(const struct explaining *explaining, const struct account *account, const char *file)
{
    const struct sks_verdict *verdict = account->verdict;
    json_t *steps = json_array(), *probability = json_object();
    for (size_t i = 0; i < sks_verdict_evidence_count(verdict); i++) {
        const struct sks_evidence *evidence = sks_verdict_evidence(verdict, i);
        json_array_append_new(steps, json_pack("{s:s, s:f, s:f, s:f, s:s, s:s, s:s}", "id", evidence->id, "strength",
                                               evidence->strength, "contribution", evidence->contribution,
                                               "bulk_contribution", evidence->bulk_contribution, "where",
                                               evidence->where, "ja", evidence->reason[SKS_LANGUAGE_JAPANESE], "en",
                                               evidence->reason[SKS_LANGUAGE_ENGLISH]));
    }
    for (int i = 0; i < SKS_CLASS_COUNT; i++)
        json_object_set_new(probability, sks_class_name((enum sks_class)i),
                            json_real(sks_verdict_probability(verdict, (enum sks_class)i)));
    g_autofree char *valid = g_utf8_make_valid(file, -1);
    json_t *object =
        json_pack("{s:i, s:s, s:s, s:s, s:o, s:{s:f, s:f, s:f, s:f, s:f}, s:{s:f, s:f, s:f}, s:b, s:b, s:o, s:o, "
                  "s:{s:o, s:o}}",
                  "version", 1, "file", valid, "model", sks_model_version(explaining->model), "class",
                  sks_class_name(sks_verdict_class(verdict)), "probability", probability, "targeted", "bias",
                  sks_verdict_bias(verdict), "score", sks_verdict_score(verdict), "rank", account->prediction.rank,
                  "alarm", account->prediction.alarm, "threshold", account->targeted_threshold, "bulk", "bias",
                  account->prediction.bulk_bias, "score", sks_verdict_bulk_score(verdict), "threshold",
                  account->bulk_threshold, "beats_bulk", account->prediction.beats_bulk, "leads",
                  account->prediction.leads, "evidence", steps, "words", describe_words(account), "changes", "without",
                  describe_change(explaining, &account->without), "with", describe_change(explaining, &account->with));
    json_dumpf(object, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(object);
}

/* For people. */

enum phrase {
    PHRASE_SUBJECT,
    PHRASE_VERDICT,
    PHRASE_EVIDENCE,
    PHRASE_BIAS,
    PHRASE_SCORE,
    PHRASE_THRESHOLD,
    PHRASE_ATTACK,
    PHRASE_AGAINST_CLEAN,
    PHRASE_UNWEIGHED,
    PHRASE_WORDS,
    PHRASE_CLASS,
    PHRASE_REACHED,
    PHRASE_NOT_REACHED,
    PHRASE_LIKELIER_BULK,
    PHRASE_IN_DOUBT,
    PHRASE_LEADS,
    PHRASE_NEVER_CLEAN,
    PHRASE_RELEASED,
    PHRASE_PROBABILITIES,
    PHRASE_CHANGE,
    PHRASE_WITHOUT,
    PHRASE_WITH,
    PHRASE_NONE_WITHOUT,
    PHRASE_NONE_WITH,
};

static const char *const phrases[][SKS_LANGUAGE_COUNT] = {
    [PHRASE_SUBJECT] = {"件名", "Subject"},
    [PHRASE_VERDICT] = {"判定", "Verdict"},
    [PHRASE_EVIDENCE] = {"一、根拠と対数オッズ（正常に対して）", "1. From evidence to log-odds, against clean"},
    [PHRASE_BIAS] = {"出発点（どのメールにも共通）", "where every mail begins"},
    [PHRASE_SCORE] = {"合計（スコア）", "sum: the score"},
    [PHRASE_THRESHOLD] = {"しきい値", "threshold"},
    [PHRASE_ATTACK] = {"攻撃（標的型かばらまき型）", "attack (targeted or bulk)"},
    [PHRASE_AGAINST_CLEAN] = {"正常に対して", "against clean"},
    [PHRASE_UNWEIGHED] = {"重みのない根拠", "seen, but without weight"},
    [PHRASE_WORDS] =
        {"文面のスコアを最も動かした語（文面モデルの対数オッズ。上の「文面」の根拠の元）",
         "words that moved the wording most (log-odds of the text model, from which the evidence of wording "
         "comes)"},
    [PHRASE_CLASS] = {"二、クラスの決め方", "2. From log-odds to the class"},
    [PHRASE_REACHED] = {"達した", "reached"},
    [PHRASE_NOT_REACHED] = {"達しない", "not reached"},
    [PHRASE_LIKELIER_BULK] = {"標的型よりばらまき型らしい", "likelier bulk than targeted"},
    [PHRASE_IN_DOUBT] = {"標的型寄りだが明らかではない", "rather targeted than bulk, but not clearly"},
    [PHRASE_LEADS] = {"ばらまき型より明らかに標的型らしい", "clearly targeted rather than bulk"},
    [PHRASE_NEVER_CLEAN] = {"スコアにかかわらず正常とはしない根拠がある",
                            "whatever the score, this is never called clean"},
    [PHRASE_RELEASED] = {"以前に解除されたか、よく知られた相手の無害な添付である",
                         "released before, or a well-known correspondent's harmless file"},
    [PHRASE_PROBABILITIES] = {"三、三つの組の比較から得た確率（三クラスが同数ある場合）",
                              "3. Probabilities that agree best with the three pairs, if there were as much of each"},
    [PHRASE_CHANGE] = {"四、何があれば判定が変わったか", "4. What would have changed the verdict"},
    [PHRASE_WITHOUT] = {"次の根拠がなければ", "without"},
    [PHRASE_WITH] = {"さらに次の根拠があれば", "with, besides,"},
    [PHRASE_NONE_WITHOUT] = {"三つまでの根拠を除いても変わらない",
                             "taking away up to three pieces of evidence: nothing"},
    [PHRASE_NONE_WITH] = {"三つまでの根拠を加えても変わらない", "adding up to three pieces of evidence: nothing"},
};

/* A paragraph that begins two columns in; further lines stand below its own text. */
static void __attribute__((format(printf, 1, 2))) say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    fputs("  ", stdout);
    sks_terminal_wrapped(stdout, text, 2, 4, sks_terminal_style().columns);
}

static void print_numbers(const char *text, double targeted, double bulk)
{
    printf("  %+*.2f  %+*.2f   ", TARGETED_COLUMNS, targeted, BULK_COLUMNS, bulk);
    sks_terminal_wrapped(stdout, text, AMOUNT_COLUMNS, AMOUNT_COLUMNS, sks_terminal_style().columns);
}

static const char *colon_in(int language)
{
    return language == SKS_LANGUAGE_JAPANESE ? "：" : ": ";
}

static void print_evidence(const struct account *account, int language)
{
    const struct sks_verdict *verdict = account->verdict;
    printf("\n%s\n  ", phrases[PHRASE_EVIDENCE][language]);
    sks_terminal_right(stdout, sks_class_label(SKS_CLASS_TARGETED, (enum sks_language)language), TARGETED_COLUMNS);
    fputs("  ", stdout);
    sks_terminal_right(stdout, sks_class_label(SKS_CLASS_BULK, (enum sks_language)language), BULK_COLUMNS);
    putchar('\n');
    print_numbers(phrases[PHRASE_BIAS][language], sks_verdict_bias(verdict), account->prediction.bulk_bias);
    size_t unweighed = 0;
    for (size_t i = 0; i < sks_verdict_evidence_count(verdict); i++) {
        const struct sks_evidence *evidence = sks_verdict_evidence(verdict, i);
        g_autofree char *text =
            g_strdup_printf("%s  [%s, %.2f]", evidence->reason[language], evidence->id, evidence->strength);
        if (evidence->contribution != 0 || evidence->bulk_contribution != 0)
            print_numbers(text, evidence->contribution, evidence->bulk_contribution);
        else
            unweighed++;
    }
    print_numbers(phrases[PHRASE_SCORE][language], sks_verdict_score(verdict), sks_verdict_bulk_score(verdict));
    for (size_t i = 0; unweighed > 0 && i < sks_verdict_evidence_count(verdict); i++) {
        const struct sks_evidence *evidence = sks_verdict_evidence(verdict, i);
        if (evidence->contribution == 0 && evidence->bulk_contribution == 0)
            say("%s%s%s  [%s]", phrases[PHRASE_UNWEIGHED][language], colon_in(language), evidence->reason[language],
                evidence->id);
    }
}

static void print_words(const struct account *account, int language)
{
    if (account->words->len == 0)
        return;
    say("%s", phrases[PHRASE_WORDS][language]);
    for (guint i = 0; i < account->words->len; i++) {
        const struct sks_wording *word = &g_array_index(account->words, struct sks_wording, i);
        g_autofree char *text =
            g_strdup_printf("  %s  [%s]", word->text, sks_field_words(word->field, (enum sks_language)language));
        print_numbers(text, word->targeted, word->bulk);
    }
}

static enum phrase which_attack(const struct sks_prediction *prediction)
{
    return prediction->leads ? PHRASE_LEADS : prediction->beats_bulk ? PHRASE_IN_DOUBT : PHRASE_LIKELIER_BULK;
}

static void print_class(const struct account *account, int language)
{
    const struct sks_verdict *verdict = account->verdict;
    bool attack = account->prediction.alarm >= account->targeted_threshold;
    bool bulk = sks_verdict_bulk_score(verdict) >= account->bulk_threshold;
    const char *colon = colon_in(language);
    const char *comma = language == SKS_LANGUAGE_JAPANESE ? "、" : ", ";
    printf("\n%s\n", phrases[PHRASE_CLASS][language]);
    enum sks_class class_ = sks_verdict_class(verdict);
    bool ruled = class_ != SKS_CLASS_CLEAN && class_ != account->prediction.class_;
    bool tells = attack || ruled; /* which kind it would be says nothing of a mail that is none */
    say("%s%s%s %+.2f%s%s %+.2f%s%s%s%s", phrases[PHRASE_ATTACK][language], colon,
        phrases[PHRASE_AGAINST_CLEAN][language], account->prediction.alarm, comma, phrases[PHRASE_THRESHOLD][language],
        account->targeted_threshold, colon, phrases[attack ? PHRASE_REACHED : PHRASE_NOT_REACHED][language],
        tells ? comma : "", tells ? phrases[which_attack(&account->prediction)][language] : "");
    say("%s%s%s %+.2f%s%s %+.2f%s%s", sks_class_label(SKS_CLASS_BULK, (enum sks_language)language), colon,
        phrases[PHRASE_AGAINST_CLEAN][language], sks_verdict_bulk_score(verdict), comma,
        phrases[PHRASE_THRESHOLD][language], account->bulk_threshold, colon,
        phrases[bulk ? PHRASE_REACHED : PHRASE_NOT_REACHED][language]);
    if (ruled || (class_ == SKS_CLASS_CLEAN && account->prediction.class_ != SKS_CLASS_CLEAN))
        say("%s", phrases[ruled ? PHRASE_NEVER_CLEAN : PHRASE_RELEASED][language]);
    printf("  → %s\n", sks_class_label(class_, (enum sks_language)language));
    putchar('\n');
    sks_terminal_say(stdout, phrases[PHRASE_PROBABILITIES][language]);
    for (int i = SKS_CLASS_COUNT - 1; i >= 0; i--) {
        fputs("  ", stdout);
        sks_terminal_cell(stdout, sks_class_label((enum sks_class)i, (enum sks_language)language), BULK_COLUMNS + 1);
        printf("%6.2f %%\n", sks_verdict_probability(verdict, (enum sks_class)i) * 100);
    }
}

static void print_change(const struct explaining *explaining, const struct sks_change *change, int language,
                         enum phrase some, enum phrase none)
{
    if (change->count == 0) {
        say("%s", phrases[none][language]);
        return;
    }
    g_autoptr(GString) text = g_string_new(phrases[some][language]);
    for (size_t i = 0; i < change->count; i++) {
        const struct sks_indicator *indicator = sks_indicator_find(explaining->schema[change->features[i]]);
        g_string_append_printf(
            text, "%s%s [%s]", language == SKS_LANGUAGE_JAPANESE ? (i > 0 ? "、" : "：") : (i > 0 ? ", " : " "),
            language == SKS_LANGUAGE_JAPANESE ? indicator->brief_ja : indicator->brief_en, indicator->id);
    }
    say("%s → %s", text->str, sks_class_label(change->class_, (enum sks_language)language));
}

static void print_field(const char *name, const char *value)
{
    size_t columns = sks_terminal_width(name) + 2;
    printf("%s  ", name);
    if (*value == '\0')
        putchar('\n');
    sks_terminal_wrapped(stdout, value, columns, columns, sks_terminal_style().columns);
}

static void print_account(const struct explaining *explaining, const struct account *account, const char *file,
                          int language)
{
    const struct sks_verdict *verdict = account->verdict;
    sks_terminal_show(stdout, file);
    putchar('\n');
    print_field(phrases[PHRASE_SUBJECT][language], sks_verdict_subject(verdict));
    print_field(phrases[PHRASE_VERDICT][language], sks_verdict_summary(verdict, (enum sks_language)language));
    print_evidence(account, language);
    print_words(account, language);
    print_class(account, language);
    printf("\n%s\n", phrases[PHRASE_CHANGE][language]);
    print_change(explaining, &account->without, language, PHRASE_WITHOUT, PHRASE_NONE_WITHOUT);
    print_change(explaining, &account->with, language, PHRASE_WITH, PHRASE_NONE_WITH);
}

static void take_mail(void *data, const struct sks_judged *judged)
{
    struct explaining *explaining = data;
    explaining->mails++;
    explaining->failed += judged->failed;
    if (judged->error != NULL)
        sks_complain(COMMAND, "%s: %s", judged->mail.file, judged->error);
    if (judged->verdicts[0] == NULL)
        return;
    struct account account = {0};
    struct sks_resemblance words = {0};
    int error = sks_wording_find(&account.words, &words, explaining->classifier, explaining->model, judged->mail.bytes,
                                 judged->mail.size);
    if (error != 0) {
        sks_complain(COMMAND, "%s: its words: %s", judged->mail.file, sks_error_text(error));
        account.words = g_array_new(FALSE, FALSE, sizeof(struct sks_wording));
    }
    fill_account(&account, explaining, judged->verdicts[0], words);
    if (explaining->json)
        print_json(explaining, &account, judged->mail.file);
    for (int i = 0; !explaining->json && i < SKS_LANGUAGE_COUNT; i++)
        if (explaining->language == i || explaining->language == SKS_LANGUAGE_COUNT)
            print_account(explaining, &account, judged->mail.file, i);
    g_free(account.values);
    g_array_unref(account.words);
}

static bool parse(struct explaining *explaining, int argc, char **argv)
{
    static const char *const names[] = {"ja", "en", "both"};
    int option;
    while ((option = sks_next_option(COMMAND, argc, argv, "", options)) != -1) {
        if (option == OPTION_JSON) {
            explaining->json = true;
        } else if (option == SKS_OPTION_LANGUAGE) {
            explaining->language = 0;
            while (explaining->language < 3 && strcmp(names[explaining->language], optarg) != 0)
                explaining->language++;
            if (explaining->language == 3) {
                sks_complain(COMMAND, "--language: needs ja, en or both, not \"%s\"", optarg);
                return false;
            }
        } else if (!sks_settings_take(&explaining->settings, option, optarg)) {
            return false;
        }
    }
    explaining->settings.frozen = true; /* an explanation teaches nothing */
    if (optind >= argc)
        sks_complain(COMMAND, "which mail? Give its PATH, or -");
    return optind < argc;
}

static int explain(struct explaining *explaining, char *const *paths, size_t count)
{
    struct sks_judge judge;
    int status = SKS_EXIT_FAILED;
    struct sks_problems *problems = sks_problems_create();
    explaining->schema = sks_examine_schema(&explaining->schema_count);
    explaining->reported_feature = find_feature(explaining, SKS_REPORTED_FEATURE);
    if (sks_judge_start(&judge, COMMAND, &explaining->settings) == 0 && load_model(explaining, problems) == 0 &&
        load_reader(explaining, problems) == 0) {
        judge.threads = 1; /* children are forked in between */
        const struct sks_judging judging = {.judges = &judge,
                                            .judge_count = 1,
                                            .paths = paths,
                                            .path_count = count,
                                            .take = take_mail,
                                            .data = explaining};
        sks_judging_run(&judging);
        status = explaining->failed == 0 && explaining->mails > 0 ? SKS_EXIT_FINE : SKS_EXIT_FAILED;
    }
    sks_complain_problems(COMMAND, problems);
    sks_problems_destroy(problems);
    sks_judge_stop(&judge);
    return status;
}

int sks_analyst_explain(int argc, char **argv)
{
    struct explaining explaining = {.language = (int)sks_person_language()};
    sks_settings_init(&explaining.settings, COMMAND);
    int status = parse(&explaining, argc, argv) ? SKS_EXIT_FINE : sks_usage(COMMAND);
    if (status == SKS_EXIT_FINE)
        status = explain(&explaining, argv + optind, (size_t)(argc - optind));
    sks_model_destroy(explaining.model);
    sks_classifier_destroy(explaining.classifier);
    sks_settings_finish(&explaining.settings);
    return status;
}
