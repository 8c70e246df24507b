/* The lure-language score of English: each kind of wording against honest mail about much the same. */
#include "pairs.h"

#include <string.h>

static void lures_lie_above_honest_mail(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"Your account has been suspended. Verify your password immediately.",
         "The account of the last meeting is on the shelf. The minutes follow."},
        {"Your mailbox quota is full. Click here to upgrade your mailbox.",
         "The mailbox at the gate was painted. The plumber comes on Monday."},
        {"We detected unusual activity. Confirm your identity within 24 hours.",
         "The activity of the club in May was a walk along the river."},
        {"You have won the lottery. Claim your prize today.",
         "The team won the match and went home by the late train."},
        {"I am Mr Brown and I need your help to transfer ten million dollars.",
         "Mr Brown asked whether the bus to the institute still runs on Sundays."},
        {"Please keep this confidential and do not share it with anyone.",
         "The minutes are on the shared drive; everybody may read and correct them."},
        {"Are you available? Send me your cell number.", "The hall has a phone in the corridor for guests."},
        {"Please reply to my personal email, my office email is down.",
         "The office was down the road before we moved to the new building."},
        {"Dear customer, your subscription has expired. Renew it right now.",
         "Dear Hanna, the magazine came on time again. Thanks for the tip."},
        {"Please find attached invoice and open the attached file.",
         "The list of guests is the same as last year, with two names more."},
        {"Enable macros to view the document.", "The document is shorter than the one of last spring."},
        {"The overdue invoice is attached. Make the payment without delay.",
         "The printer was repaired and works well so far."},
        {"Your package could not be delivered. Pay the delivery fee now.",
         "The parcels for the library stand in the hall."},
        {"Kindly advise the bank account for the wire transfer.", "The bank at the river is closed for the holidays."},
        {"It would be an honour to have your expert opinion; we would be very grateful.",
         "The opinion polls were discussed in the morning session."},
        {"We are pleased to invite you as keynote speaker with an honorarium.",
         "The speaker system in room three is broken again."},
        {"Your password expires today. Keep your current password by logging in here.",
         "The key for the bicycle shed hangs beside the door."},
        {"Failure to comply will lead to legal action.", "The course on law begins in the second week of October."},
        {"You have a new voicemail. Click the button below to view it.",
         "The radio received its licence in the year of the flood."},
        {"I have a business proposal of mutual benefit for you.",
         "The business school moves to the other bank in spring."},
        {"Your mailbox will be deactivated unless you validate your account.",
         "The old boiler will be taken out, and we will have warm water again in June."},
    };
    size_t right = 0;
    assert_in_range(G_N_ELEMENTS(pairs), 20, 1000);
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
        struct sks_language_result *lure = analysed(pairs[i].wrong), *honest = analysed(pairs[i].right);
        bool fine = lure->lure > honest->lure && lure->lure > 0.5 && honest->lure < 0.5;
        if (!fine)
            print_message("%.2f %s / %.2f %s\n", lure->lure, pairs[i].wrong, honest->lure, pairs[i].right);
        right += fine;
        sks_language_result_destroy(lure);
        sks_language_result_destroy(honest);
    }
    assert_int_equal(right, G_N_ELEMENTS(pairs));
}

static void other_languages_have_none(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "至急、添付のファイルを開いてパスワードを入力してください。",
        "Bitte klicken Sie sofort auf den Link und geben Sie das Passwort für das Konto ein.",
        "Veuillez cliquer sur le lien et confirmer votre mot de passe pour le compte.",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        struct sks_language_result *result = analysed(texts[i]);
        assert_true(result->lure == 0);
        sks_language_result_destroy(result);
    }
}

static void places_are_named(void **state)
{
    (void)state;
    struct sks_language_result *result = analysed("This is for you: please verify your password within 24 hours.");
    bool haste = false, password = false;
    for (size_t i = 0; i < result->span_count; i++) {
        haste |= result->spans[i].at == 45 && result->spans[i].length == 15;
        password |= result->spans[i].at == 24 && result->spans[i].length == 20;
    }
    assert_true(haste);
    assert_true(password);
    sks_language_result_destroy(result);
}

static bool shows_nameless(const struct sks_language_result *result)
{
    bool shown = false;
    for (size_t i = 0; i < result->span_count; i++)
        shown |= strstr(result->spans[i].why_en, "by name") != NULL;
    return shown;
}

/* Who is greeted by name is not written to as anybody; what every letter says is no lure by itself. */
static void letters_are_fine(void **state)
{
    (void)state;
    static const char *const letters[] = {
        "Dear Professor Tanaka, I am writing to ask about your paper on the law of the sea.",
        "Dear Dr. Sato, I am writing on behalf of the institute about the seminar in May.",
        "Dear Hanna, this mail may be a little late, but the minutes are done.",
        "Dear Prof. Dr. Meier, we are writing to you about the exhibition in the spring.",
        "I am writing to ask about the room for Tuesday.",
        "I am contacting you about the bicycle shed.",
        "Please find attached the minutes of the meeting.",
        "Please find enclosed the programme of the concert.",
        "Please find the minutes of the meeting below.",
    };
    static const char *const anybody[] = {
        "Dear Customer, this mail may come as a surprise to you.",
        "Dear Sir or Madam, we are contacting you on behalf of the fund.",
        "Dear Professor, it may be that this letter will come as a surprise. Dear friend, I need help.",
        "Dear Valued Member, this message will be a surprise to you.",
        "Dear Friend, I am Mr Brown of the bank.",
        "Dear Team, this email will be of use to you.",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(letters); i++) {
        struct sks_language_result *result = analysed(letters[i]);
        if (result->lure >= 0.5 || shows_nameless(result))
            fail_msg("%s: %.2f", letters[i], result->lure);
        sks_language_result_destroy(result);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(anybody); i++) {
        struct sks_language_result *result = analysed(anybody[i]);
        if (result->lure < 0.5 || !shows_nameless(result))
            fail_msg("%s: %.2f", anybody[i], result->lure);
        sks_language_result_destroy(result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lures_lie_above_honest_mail),
        cmocka_unit_test(other_languages_have_none),
        cmocka_unit_test(places_are_named),
        cmocka_unit_test(letters_are_fine),
    };
    return cmocka_run_group_tests(tests, open_room, close_room);
}
