/* A mail whose own password opens its file: what is measured of it is what the gateway says, by the same readings. */
#include "tests/test.h"

#include <math.h>

#include "../classifier/letters.h"
#include "analyst/measure.h"

#define PASSWORD "Password: Kx8!pqr2"

static unsigned stores;

static void use_new_store(struct room *room)
{
    g_autofree char *name = g_strdup_printf("readings-%u.db", stores++);
    use_store(room, name, false);
}

static struct sks_set_reading keep(const double *values, size_t width, const struct sks_text_field *fields,
                                   size_t field_count)
{
    gsize count;
    GArray *grams = sks_text_grams(fields, field_count);
    struct sks_set_reading reading = {.values = g_memdup2(values, width * sizeof(double))};
    reading.gram_count = grams->len;
    reading.grams = g_array_steal(grams, &count);
    g_array_unref(grams);
    return reading;
}

/* As sets keep it. */
static struct sks_set_mail *read_letter(struct room *room, const struct letter *letter, size_t width)
{
    g_autofree char *bytes = write_letter(letter);
    const struct sks_envelope envelope = {.sender = "bounce@yama.example",
                                          .recipients = &letter->to,
                                          .recipient_count = 1,
                                          .client_address = letter->client,
                                          .received_at = letter->at};
    struct sks_sample *sample;
    assert_int_equal(sks_examine_sample(&sample, room->classifier, bytes, strlen(bytes), &envelope), 0);
    struct sks_set_mail *mail = g_new0(struct sks_set_mail, 1);
    struct sks_set_reading open = keep(sample->values, width, sample->fields, sample->field_count);
    mail->values = open.values;
    mail->rule = sample->rule;
    mail->grams = open.grams;
    mail->gram_count = open.gram_count;
    if (sample->closed != NULL) {
        mail->closed = g_new(struct sks_set_reading, 1);
        *mail->closed = keep(sample->closed->values, width, sample->closed->fields, sample->closed->field_count);
    }
    sks_sample_destroy(sample);
    return mail;
}

static void assert_near(const char *row, const char *what, double got, double want)
{
    if (fabs(got - want) > 1e-9)
        fail_msg("%s: %s is %.6f, the gateway says %.6f", row, what, got, want);
}

static void measured_as_served(void **state)
{
    struct room *room = *state;
    const struct {
        const char *row, *subject, *text, *more;
        const GByteArray *file;
        bool twice; /* is read */
    } rows[] = {
        {"a program", "Documents", "The documents are attached. " PASSWORD, NULL, room->program, true},
        {"a program, in Japanese", "資料の送付", "資料をお送りします。\n\nパスワード：Kx8!pqr2\n", NULL, room->program,
         true},
        {"a program, as a newsletter", "Your newsletter", "Dear customer,\n\nclick here to unsubscribe.\n\n" PASSWORD,
         "List-Unsubscribe: <mailto:leave@yama.example>\nPrecedence: bulk\n", room->program, true},
        {"a program that stays closed", "Documents", "The documents are attached.", NULL, room->program, false},
        {"a harmless file", "Documents", "The documents are attached. " PASSWORD, NULL, room->memo, false},
    };
    struct sks_sets sets = {0};
    sets.schema = sks_examine_schema(&sets.schema_count);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct letter letter = with_file(file_mail, rows[i].file);
        letter.subject = rows[i].subject;
        letter.text = rows[i].text;
        letter.more = rows[i].more;
        use_new_store(room);
        struct sks_set_mail *mail = read_letter(room, &letter, sets.schema_count);
        struct sks_verdict *verdict = examine(room, &letter);
        assert_row_int(rows[i].row, mail->closed != NULL, rows[i].twice);
        struct sks_measured measured = sks_measure_mail(room->classifier->model, &sets, mail);
        assert_row_int(rows[i].row, measured.called, sks_verdict_class(verdict));
        assert_near(rows[i].row, "the score of bulk", measured.bulk_score, sks_verdict_bulk_score(verdict));
        for (int k = 0; k < SKS_CLASS_COUNT; k++)
            assert_near(rows[i].row, sks_class_name((enum sks_class)k), measured.probability[k],
                        sks_verdict_probability(verdict, (enum sks_class)k));
        g_free(measured.contribution);
        g_free(measured.bulk_contribution);
        sks_verdict_destroy(verdict);
        sks_set_mail_destroy(mail);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(measured_as_served)};
    return cmocka_run_group_tests(tests, setup_room, teardown_room);
}
