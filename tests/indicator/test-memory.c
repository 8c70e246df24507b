/*
 * What the memory teaches: each indicator fires on what it is for, and not on its harmless look-alike. The mail's time
 * is 2026-09-21; strengths are those that the indicators' headers promise, in steps that a reader would tell apart.
 */
#include "tests/indicator/facts.h"

#define KNOWN              .available = true, .mails_total = 5000, .sent_total = 500
#define TODAY              1790000000
#define DAY                86400
#define USUAL(kind, value) [kind] = {0, 50, value}
#define SAME(kind)         [kind] = {50, 50, ""}

/* Rows change some of what is as ever. */
#pragma GCC diagnostic ignored "-Woverride-init"
/* All as ever, then what a row says otherwise. */
#define HABITS                                                                                                         \
    SAME(SKS_HABIT_NETWORK), SAME(SKS_HABIT_MAILER), SAME(SKS_HABIT_ZONE), SAME(SKS_HABIT_CHARSET),                    \
        SAME(SKS_HABIT_LANGUAGE), SAME(SKS_HABIT_CONTENT)

static const struct row senders[] = {
    {"first contact", "sender.first-contact", 0.9, .from = "x@y.example", .memory = {KNOWN}},
    {"new face in a known house", "sender.first-contact", 0.2, 0.5, .from = "x@y.example",
     .memory = {KNOWN, .from_domain = 30}},
    {"webmail is no house", "sender.first-contact", 0.9, .from = "x@gmail.com", .memory = {KNOWN, .from_domain = 900}},
    {"wrote before", "sender.first-contact", .from = "x@y.example", .memory = {KNOWN, .from_sender = 1}},
    {"we wrote to them", "sender.first-contact", .from = "x@y.example", .memory = {KNOWN, .to_sender = 1}},
    {"no memory", "sender.first-contact", .from = "x@y.example"},
    {"an empty memory", "sender.first-contact", .from = "x@y.example", .memory = {.available = true, .mails_total = 3}},
    {"inside", "sender.first-contact", .from = "x@y.example", .trusted = true, .memory = {KNOWN}},
    {"usual address differs", "sender.usual-address-differs", 0.9, .shows = "tanaka@kikan.example",
     .from_name = "田中太郎", .from = "t@gmail.com",
     .memory = {KNOWN, .name_other_address = "tanaka@kikan.example", .name_other_count = 40, .name_other_since = 1}},
    {"a new address in use for long", "sender.usual-address-differs", 0, 0.1, .from_name = "田中太郎",
     .from = "t@gmail.com",
     .memory = {KNOWN, .name_other_address = "tanaka@kikan.example", .name_other_count = 40, .from_sender = 30}},
    {"seen once elsewhere", "sender.usual-address-differs", .from_name = "田中太郎", .from = "t@gmail.com",
     .memory = {KNOWN, .name_other_address = "tanaka@kikan.example", .name_other_count = 1}},
    {"posted to a list from elsewhere, or said to be", "sender.usual-address-differs", 0.5, 0.5,
     .from_name = "田中太郎", .from = "t@gmail.com", .headers = "List-Id: <a.ml.example>",
     .memory = {KNOWN, .name_other_address = "tanaka@kikan.example", .name_other_count = 40}},
    {"via a list that nobody knows", "sender.usual-address-differs", 0.3, 0.4, .from_name = "田中太郎 via ML",
     .from = "ml@evil.example",
     .memory = {KNOWN, .name_other_address = "tanaka@kikan.example", .name_other_count = 40}},
    {"list via", "sender.usual-address-differs", .from_name = "田中太郎 via ML", .from = "ml@list.example",
     .memory = {KNOWN, .from_domain = 3, .name_other_address = "tanaka@kikan.example", .name_other_count = 40}},
    {"known correspondent", "clean.known-correspondent", 1, .from = "x@y.example",
     .memory = {KNOWN, .from_sender = 40, .to_sender = 12}},
    {"known to somebody else here", "clean.known-correspondent", 0.7, 0.85,
     .quotes = "40 mails from them, 12 to them, none to this reader", .from = "x@y.example",
     .to = "suzuki@kikan.example", .memory = {KNOWN, .from_sender = 40, .to_sender = 12}},
    {"known to this reader", "clean.known-correspondent", 1, .from = "x@y.example", .to = "suzuki@kikan.example",
     .memory = {KNOWN, .from_sender = 40, .from_sender_to_recipient = 2, .to_sender = 12}},
    {"in the name of a known one", "clean.known-correspondent", .from = "x@y.example", .authserv = "mx.kikan.example",
     .results = "mx.kikan.example 0 dmarc=fail y.example", .memory = {KNOWN, .from_sender = 40, .to_sender = 12}},
    {"known, by a list that breaks proofs", "clean.known-correspondent", 0.7, 0.7, .from = "x@y.example",
     .authserv = "mx.kikan.example", .headers = "List-Id: <a.ml.example>",
     .results = "mx.kikan.example 0 dmarc=fail y.example", .memory = {KNOWN, .from_sender = 40, .to_sender = 12}},
    {"unknown", "clean.known-correspondent", .from = "x@y.example", .memory = {KNOWN}},
    {"answers ours", "clean.answers-ours", 1, .from = "x@y.example", .memory = {KNOWN, .answers_ours = true}},
    {"answers nobody's", "clean.answers-ours", .from = "x@y.example", .references = "a@b", .memory = {KNOWN}},
    {"habit of encryption", "clean.encrypted-habit", 1, .from = "x@y.example",
     .attachments = {{"a.zip", SKS_FILE_ZIP, .encrypted = true}}, .memory = {KNOWN, .encrypted_from_sender = 9}},
    {"another's habit", "clean.encrypted-habit", .from = "x@y.example", .authserv = "mx.kikan.example",
     .results = "mx.kikan.example 0 dmarc=fail y.example", .attachments = {{"a.zip", SKS_FILE_ZIP, .encrypted = true}},
     .memory = {KNOWN, .encrypted_from_sender = 9}},
    {"first encrypted mail", "clean.encrypted-habit", .from = "x@y.example",
     .attachments = {{"a.zip", SKS_FILE_ZIP, .encrypted = true}}, .memory = {KNOWN, .from_sender = 9}},
};

static const struct row sentences[] = {
    {"the sentence of the directory's model", "sender.usual-address-differs", 0.9,
     .shows = "田中太郎 has written from tanaka@office.example for two years; today from a webmail address",
     .from_name = "田中太郎", .from = "tanaka.t@gmail.com",
     .memory = {KNOWN, .name_other_address = "tanaka@office.example", .name_other_count = 40,
                .name_other_since = TODAY - 800 * DAY}},
    {"a provider's, for months", "sender.usual-address-differs", 0.5,
     .shows = "has written from tanaka@office.example for five months; today from an internet provider's address",
     .from_name = "田中太郎", .from = "tanaka@nifty.com",
     .memory = {KNOWN, .name_other_address = "tanaka@office.example", .name_other_count = 9,
                .name_other_since = TODAY - 160 * DAY}},
    {"another house", "sender.usual-address-differs", 0.3, 0.7, .shows = "so far; today from tanaka@other.example",
     .from_name = "田中太郎", .from = "tanaka@other.example",
     .memory = {KNOWN, .name_other_address = "tanaka@office.example", .name_other_count = 9,
                .name_other_since = TODAY - 3 * DAY}},
    {"with what else is another's", "sender.usual-address-differs", 0.9,
     .shows = "today from a webmail address; time zone +0800 instead of +0900; mailer Foxmail 7 instead of becky",
     .ja = "今日はフリーメールのアドレスからです。時間帯が+0900ではなく+0800、メールソフト", .from_name = "田中太郎",
     .from = "tanaka.t@gmail.com", .mailer = "Foxmail 7", .zone = "+0800",
     .memory = {KNOWN, .name_other_address = "tanaka@office.example", .name_other_count = 40,
                .name_other_since = TODAY - 800 * DAY,
                .name_habits = {HABITS, USUAL(SKS_HABIT_NETWORK, "192.0.2."), USUAL(SKS_HABIT_ZONE, "540"),
                                USUAL(SKS_HABIT_MAILER, "becky")}}},
    {"hashed: no address to show", "sender.usual-address-differs", 0.9, .shows = "from another address for one year",
     .from_name = "田中太郎", .from = "tanaka@gmail.com",
     .memory = {KNOWN, .name_other_count = 40, .name_other_since = TODAY - 400 * DAY}},
    {"a private address that the directory allows", "sender.usual-address-differs", .from_name = "田中太郎",
     .from = "tanaka@gmail.com",
     .people =
         "name,kana,romaji,address,also,organisation,title\n田中太郎,,,tanaka@office.example,tanaka@gmail.com,,\n",
     .memory = {KNOWN, .name_other_address = "tanaka@office.example", .name_other_count = 40,
                .name_other_since = TODAY - 800 * DAY}},
};

static const struct row habits[] = {
    {"taken over: all is another", "sender.habit-differs", 1,
     .shows = "network 203.0.113.9 instead of 192.0.2.*; time zone +0800 instead of +0900; mailer Foxmail 7 instead of "
              "becky",
     .from = "x@y.example", .own = "資料です", .mailer = "Foxmail 7", .zone = "+0800", .client_address = "203.0.113.9",
     .memory = {KNOWN, .from_sender = 50,
                .habits = {HABITS, USUAL(SKS_HABIT_NETWORK, "192.0.2."), USUAL(SKS_HABIT_MAILER, "becky"),
                           USUAL(SKS_HABIT_ZONE, "540"), USUAL(SKS_HABIT_LANGUAGE, "en")}}},
    {"another hand at the same place", "sender.habit-differs", 0.6, 0.7,
     .shows = "language Japanese instead of English", .ja = "言語が英語ではなく日本語", .from = "x@y.example",
     .own = "資料です", .mailer = "Foxmail 7",
     .memory = {KNOWN, .from_sender = 50,
                .habits = {HABITS, USUAL(SKS_HABIT_MAILER, "becky"), USUAL(SKS_HABIT_LANGUAGE, "en")}}},
    {"an encrypted file for the first time, from elsewhere", "sender.habit-differs", 0.6, 0.7,
     .shows = "an encrypted file for the first time", .from = "x@y.example",
     .attachments = {{"a.zip", SKS_FILE_ZIP, .encrypted = true}},
     .memory = {KNOWN, .from_sender = 50,
                .habits = {HABITS, USUAL(SKS_HABIT_NETWORK, "192.0.2."), USUAL(SKS_HABIT_CONTENT, "plain")}}},
    {"travelling", "sender.habit-differs", 0.2, 0.5, .from = "x@y.example", .zone = "-0500",
     .memory = {KNOWN, .from_sender = 50,
                .habits = {HABITS, USUAL(SKS_HABIT_NETWORK, "192.0.2."), USUAL(SKS_HABIT_ZONE, "540")}}},
    {"a new computer", "sender.habit-differs", 0.1, 0.4, .from = "x@y.example", .mailer = "Thunderbird",
     .text_charset = "UTF-8", .shows = "character set utf-8 instead of iso-2022-jp",
     .memory = {KNOWN, .from_sender = 50,
                .habits = {HABITS, USUAL(SKS_HABIT_MAILER, "becky"), USUAL(SKS_HABIT_CHARSET, "iso-2022-jp")}}},
    {"summer time", "sender.habit-differs", .from = "x@y.example", .zone = "+0200",
     .memory = {KNOWN, .from_sender = 50, .habits = {HABITS, USUAL(SKS_HABIT_ZONE, "60")}}},
    {"webmail comes from many networks", "sender.habit-differs", .from = "x@gmail.com",
     .memory = {KNOWN, .from_sender = 50, .habits = {HABITS, USUAL(SKS_HABIT_NETWORK, "192.0.2.")}}},
    {"a first file is nothing", "sender.habit-differs", .from = "x@y.example", .attachments = {{"a.pdf", SKS_FILE_PDF}},
     .memory = {KNOWN, .from_sender = 50, .habits = {HABITS, USUAL(SKS_HABIT_CONTENT, "plain")}}},
    {"as ever", "sender.habit-differs", .from = "x@y.example",
     .memory = {KNOWN, .from_sender = 50, .habits = {HABITS}}},
    {"hardly known", "sender.habit-differs", .from = "x@y.example", .mailer = "Foxmail",
     .memory = {KNOWN, .from_sender = 2, .habits = {[SKS_HABIT_MAILER] = {0, 2, "becky"}}}},
    {"not known of mail before an upgrade", "sender.habit-differs", .from = "x@y.example", .own = "資料です",
     .memory = {KNOWN, .from_sender = 50, .habits = {SAME(SKS_HABIT_MAILER)}}},
    {"inside", "sender.habit-differs", .from = "x@y.example", .trusted = true, .zone = "+0800",
     .memory = {KNOWN, .from_sender = 50, .habits = {HABITS, USUAL(SKS_HABIT_ZONE, "540")}}},
};

/* Thirty mails of four people at y.example, all alike. */
#define HOUSE(...)         .memory = {KNOWN, .from_domain = 30, .house_senders = 4, .house_habits = {HABITS, __VA_ARGS__}}
#define ALIKE(kind, value) [kind] = {0, 30, value, 30}

static const struct row houses[] = {
    {"a partner's domain, borrowed", "sender.domain-habit-differs", 1,
     .shows = "network 203.0.113.9 instead of 192.0.2.*; time zone +0800 instead of +0900; mailer Foxmail 7 instead of "
              "becky",
     .from = "new@y.example", .own = "資料です", .mailer = "Foxmail 7", .zone = "+0800",
     .client_address = "203.0.113.9",
     HOUSE(ALIKE(SKS_HABIT_NETWORK, "192.0.2."), ALIKE(SKS_HABIT_MAILER, "becky"), ALIKE(SKS_HABIT_ZONE, "540"),
           ALIKE(SKS_HABIT_LANGUAGE, "en"))},
    {"… is told as a network that does not fit", "route.foreign-relay", 0.5, 0.6, .from = "new@y.example",
     .mailer = "Foxmail 7", .client_address = "203.0.113.9",
     HOUSE(ALIKE(SKS_HABIT_NETWORK, "192.0.2."), ALIKE(SKS_HABIT_MAILER, "becky"))},
    {"a house that moved to another provider", "sender.domain-habit-differs", 0.1, 0.3, .from = "new@y.example",
     .client_address = "203.0.113.9", HOUSE(ALIKE(SKS_HABIT_NETWORK, "192.0.2."))},
    {"… fits", "route.foreign-relay", .from = "new@y.example", .client_address = "203.0.113.9",
     HOUSE(ALIKE(SKS_HABIT_NETWORK, "192.0.2."))},
    {"a proven domain is not borrowed", "sender.domain-habit-differs", 0.2, 0.3, .from = "new@y.example",
     .mailer = "Foxmail 7", .client_address = "203.0.113.9", .authserv = "mx.kikan.example",
     .results = "mx.kikan.example 0 dkim=pass y.example",
     HOUSE(ALIKE(SKS_HABIT_NETWORK, "192.0.2."), ALIKE(SKS_HABIT_MAILER, "becky"))},
    {"as all there", "sender.domain-habit-differs", .from = "new@y.example", HOUSE(SAME(SKS_HABIT_MAILER))},
    {"a house with many ways", "sender.domain-habit-differs", .from = "new@y.example", .mailer = "Foxmail 7",
     .client_address = "203.0.113.9",
     HOUSE([SKS_HABIT_NETWORK] = {0, 30, "192.0.2.", 12}, [SKS_HABIT_MAILER] = {0, 30, "becky", 28})},
    {"little mail", "sender.domain-habit-differs", .from = "new@y.example", .mailer = "Foxmail 7",
     .client_address = "203.0.113.9",
     HOUSE([SKS_HABIT_NETWORK] = {0, 9, "192.0.2.", 9}, [SKS_HABIT_MAILER] = {0, 9, "becky", 9})},
    {"one person's house", "sender.domain-habit-differs", .from = "new@y.example", .mailer = "Foxmail 7",
     .memory = {KNOWN, .from_domain = 30, .house_senders = 1, .house_habits = {ALIKE(SKS_HABIT_MAILER, "becky")}}},
    {"somebody known there", "sender.domain-habit-differs", .from = "old@y.example", .mailer = "Foxmail 7",
     .memory = {KNOWN, .from_sender = 3, .house_senders = 4, .house_habits = {ALIKE(SKS_HABIT_MAILER, "becky")}}},
    {"webmail is no house", "sender.domain-habit-differs", .from = "new@gmail.com", .mailer = "Foxmail 7",
     HOUSE(ALIKE(SKS_HABIT_MAILER, "becky"))},
    {"an answer to ours", "sender.domain-habit-differs", .from = "new@y.example", .mailer = "Foxmail 7",
     .memory = {KNOWN, .answers_ours = true, .house_senders = 4, .house_habits = {ALIKE(SKS_HABIT_MAILER, "becky")}}},
    {"a list", "sender.domain-habit-differs", .from = "new@y.example", .mailer = "Foxmail 7",
     .headers = "List-Id: <ml.y.example>", HOUSE(ALIKE(SKS_HABIT_MAILER, "becky"))},
};

/* Webmail, whose provider tells where its user is. */
static const struct row origins[] = {
    {"a webmail account, taken over", "sender.habit-differs", 0.6, 0.7,
     .shows = "user's network 203.0.113.9 instead of 198.51.100.*; mailer Foxmail 7 instead of web",
     .from = "x@gmail.com", .mailer = "Foxmail 7", .headers = "X-Originating-IP: [203.0.113.9]",
     .memory = {KNOWN, .from_sender = 50,
                .habits = {HABITS, [SKS_HABIT_ORIGIN] = {0, 50, "198.51.100.", 45}, USUAL(SKS_HABIT_MAILER, "web")}}},
    {"from another line", "sender.habit-differs", 0.1, 0.3, .from = "x@gmail.com",
     .headers = "X-Originating-IP: [203.0.113.9]",
     .memory = {KNOWN, .from_sender = 50, .habits = {HABITS, [SKS_HABIT_ORIGIN] = {0, 50, "198.51.100.", 45}}}},
    {"always on the road", "sender.habit-differs", .from = "x@gmail.com", .headers = "X-Originating-IP: [203.0.113.9]",
     .memory = {KNOWN, .from_sender = 50, .habits = {HABITS, [SKS_HABIT_ORIGIN] = {0, 50, "198.51.100.", 9}}}},
    {"the provider tells nothing now", "sender.habit-differs", .from = "x@gmail.com",
     .memory = {KNOWN, .from_sender = 50, .habits = {HABITS, [SKS_HABIT_ORIGIN] = {0, 50, "198.51.100.", 50}}}},
};

#define SHORT_EXCHANGE                                                                                                 \
    .from_sender = 2, .to_sender = 1, .first_seen = TODAY - 6 * DAY, .habits = {[SKS_HABIT_CONTENT] = {0, 2, "plain"}}

static const struct row exchanges[] = {
    {"an exchange turns", "lure.exchange-turns", 0.9, .shows = "2 mails without a file in 6 days, then this",
     .from = "x@gmail.com", .attachments = {{"a.zip", SKS_FILE_ZIP, .encrypted = true}},
     .memory = {KNOWN, SHORT_EXCHANGE}},
    {"… and is told as what was awaited", "lure.awaits-reply", 0.9, .from = "x@gmail.com",
     .attachments = {{"a.zip", SKS_FILE_ZIP, .encrypted = true}}, .memory = {KNOWN, SHORT_EXCHANGE}},
    {"… with a link to a file service", "lure.exchange-turns", 0.9, .from = "x@nifty.com",
     .links = {{SKS_LINK_TEXT, "gigafile.nu", ""}}, .memory = {KNOWN, SHORT_EXCHANGE}},
    {"… so that the answer speaks for it less", "clean.answers-ours", 0.2, 0.4, .from = "x@gmail.com",
     .attachments = {{"a.zip", SKS_FILE_ZIP, .encrypted = true}},
     .memory = {KNOWN, SHORT_EXCHANGE, .answers_ours = true}},
    {"still words only", "lure.exchange-turns", .from = "x@gmail.com", .memory = {KNOWN, SHORT_EXCHANGE}},
    {"a picture", "lure.exchange-turns", .from = "x@gmail.com", .attachments = {{"a.jpg", SKS_FILE_IMAGE}},
     .memory = {KNOWN, SHORT_EXCHANGE}},
    {"an organisation's address", "lure.exchange-turns", .from = "x@office.example",
     .attachments = {{"a.zip", SKS_FILE_ZIP, .encrypted = true}}, .memory = {KNOWN, SHORT_EXCHANGE}},
    {"an old acquaintance", "lure.exchange-turns", .from = "x@gmail.com",
     .attachments = {{"a.zip", SKS_FILE_ZIP, .encrypted = true}},
     .memory = {KNOWN, .from_sender = 40, .first_seen = TODAY - 900 * DAY,
                .habits = {[SKS_HABIT_CONTENT] = {0, 40, "plain"}}}},
    {"sent files before", "lure.exchange-turns", .from = "x@gmail.com",
     .attachments = {{"a.zip", SKS_FILE_ZIP, .encrypted = true}},
     .memory = {KNOWN, .from_sender = 2, .encrypted_from_sender = 1, .first_seen = TODAY - 6 * DAY,
                .habits = {[SKS_HABIT_CONTENT] = {1, 2, "plain"}}}},
    {"a conversation that nobody here had", "lure.unknown-thread", 0.6, .from = "x@y.example", .subject = "Re: 会議",
     .references = "a@b", .memory = {KNOWN}},
    {"one that we had", "lure.unknown-thread", .from = "x@y.example", .subject = "Re: 会議", .references = "a@b",
     .memory = {KNOWN, .knows_thread = true}},
    {"a correspondent's other thread", "lure.unknown-thread", .from = "x@y.example", .subject = "Re: 会議",
     .references = "a@b", .memory = {KNOWN, .from_sender = 9}},
    {"nothing of ours was ever learned", "lure.unknown-thread", .from = "x@y.example", .subject = "Re: 会議",
     .references = "a@b", .memory = {.available = true, .mails_total = 5000}},
    {"no conversation", "lure.unknown-thread", .from = "x@y.example", .subject = "会議", .memory = {KNOWN}},
};

static const struct row waves[] = {
    {"many sections", "bulk.wave", 0.7, .shows = "text: 20 recipients in 6 sections and 14 senders in a week",
     .from = "x@y.example", .memory = {KNOWN, .wave = {9, 30, 31, 14, 9, 20, 6, true, false, TODAY - DAY}}},
    {"… is told as many recipients", "bulk.recipients", 0.7, .from = "x@y.example",
     .memory = {KNOWN, .wave = {9, 30, 31, 14, 9, 20, 6, true, false, TODAY - DAY}}},
    {"… and not as made for one section", "lure.one-section", .from = "x@y.example",
     .memory = {KNOWN, .wave = {9, 30, 31, 14, 9, 20, 6, true, false, TODAY - DAY}}},
    {"one file to many", "bulk.wave", 0.4, .shows = "file: 12 recipients", .from = "x@y.example",
     .memory = {KNOWN, .wave = {1, 12, 12, 12, 1, 12, 0, false, true, TODAY - DAY}}},
    {"one section", "lure.one-section", 0.7, .shows = "5 recipients in 1 section", .from = "x@gmail.com",
     .memory = {KNOWN, .wave = {1, 5, 5, 1, 1, 5, 1, true, false, TODAY - DAY}}},
    {"… is told as made for its readers", "lure.personal", 0.7, .from = "x@gmail.com",
     .memory = {KNOWN, .wave = {1, 5, 5, 1, 1, 5, 1, true, false, TODAY - DAY}}},
    {"… and not as bulk", "bulk.wave", .from = "x@gmail.com",
     .memory = {KNOWN, .wave = {1, 5, 5, 1, 1, 5, 1, true, false, TODAY - DAY}}},
    {"one speciality, several sections", "lure.one-section", 0.4, 0.6,
     .shows = "5 recipients of one speciality in 3 sections", .from = "x@gmail.com",
     .memory = {KNOWN, .wave = {1, 5, 5, 1, 1, 5, 3, true, false, TODAY - DAY, true}}},
    {"… and not as bulk", "bulk.wave", .from = "x@gmail.com",
     .memory = {KNOWN, .wave = {1, 5, 5, 1, 1, 5, 0, false, false, TODAY - DAY, true}}},
    {"a brand's template is bulk also there", "bulk.wave", 0.3, .from = "x@gmail.com", .subject = "アカウント停止",
     .own = "お客様 アカウントを停止しました",
     .memory = {KNOWN, .wave = {1, 5, 5, 1, 1, 5, 1, true, false, TODAY - DAY}}},
    {"sections unknown, few readers: neither", "lure.one-section", .from = "x@gmail.com",
     .memory = {KNOWN, .wave = {1, 4, 4, 1, 1, 4, 1, false, false, TODAY - DAY}}},
    {"two readers are no wave", "bulk.wave", .from = "x@y.example",
     .memory = {KNOWN, .wave = {2, 2, 2, 1, 1, 2, 2, true, false, TODAY - DAY}}},
    {"a notice from inside", "bulk.wave", .from = "x@y.example", .trusted = true,
     .memory = {KNOWN, .wave = {9, 90, 90, 1, 1, 90, 9, true, false, TODAY - DAY}}},
    {"a correspondent's circular", "bulk.wave", 0.1, 0.4, .from = "x@y.example",
     .memory = {KNOWN, .from_sender = 30, .wave = {9, 20, 20, 1, 1, 20, 6, true, false, TODAY - DAY}}},
    {"released", "clean.released", 1, .from = "x@y.example", .memory = {KNOWN, .released = true}},
    {"not released", "clean.released", .from = "x@y.example", .memory = {KNOWN}},
};

static void tells_who_is_known(void **state)
{
    run_rows(state, senders, G_N_ELEMENTS(senders));
}

static void tells_it_in_a_sentence(void **state)
{
    run_rows(state, sentences, G_N_ELEMENTS(sentences));
}

static void tells_accounts_that_were_taken_over(void **state)
{
    run_rows(state, habits, G_N_ELEMENTS(habits));
}

static void tells_houses_that_are_borrowed(void **state)
{
    run_rows(state, houses, G_N_ELEMENTS(houses));
}

static void tells_where_webmail_is_written(void **state)
{
    run_rows(state, origins, G_N_ELEMENTS(origins));
}

static void tells_exchanges_that_turn(void **state)
{
    run_rows(state, exchanges, G_N_ELEMENTS(exchanges));
}

static void tells_waves_from_lures(void **state)
{
    run_rows(state, waves, G_N_ELEMENTS(waves));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_who_is_known),
        cmocka_unit_test(tells_it_in_a_sentence),
        cmocka_unit_test(tells_accounts_that_were_taken_over),
        cmocka_unit_test(tells_houses_that_are_borrowed),
        cmocka_unit_test(tells_where_webmail_is_written),
        cmocka_unit_test(tells_exchanges_that_turn),
        cmocka_unit_test(tells_waves_from_lures),
    };
    return cmocka_run_group_tests(tests, lists_set_up, lists_tear_down);
}
