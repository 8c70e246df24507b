/*
 * Every ceiling, in one place.
 *
 * Mail is hostile data: each depth, count, size, expansion and time has a name here. What was read below a ceiling is
 * judged as ever; reaching one is itself a fact (evidence of the family "limit"), never silence and never a bypass.
 * Sizes are bytes unless the name says otherwise.
 */
#ifndef SEKISHO_LIMITS_H
#define SEKISHO_LIMITS_H

/* One mail. */
#define SKS_LIMIT_MAIL_SIZE         (64u * 1024 * 1024)  /* what the milter collects of a mail, headers included */
#define SKS_LIMIT_MAIL_DEPTH        8u                   /* message in message, archive in archive, together */
#define SKS_LIMIT_MAIL_MILLISECONDS 10000u               /* default deadline of a worker for one mail */
#define SKS_LIMIT_WORKER_MEMORY     (768u * 1024 * 1024) /* default address space of a worker above its start */

/* One file on the command line, looked into by a process of its own. */
#define SKS_LIMIT_FILE_MILLISECONDS 60000u
#define SKS_LIMIT_FILE_REPORT       (64u * 1024 * 1024)
#define SKS_LIMIT_FOLDER_DEPTH      64u /* folders in folders; what lies deeper is told, and not read */

/* Between a pool and its workers. */
#define SKS_LIMIT_ENVELOPE_SIZE (4u * 1024 * 1024) /* envelope sender, recipients and client together */
#define SKS_LIMIT_VERDICT_SIZE  (1u * 1024 * 1024) /* a verdict as a worker hands it back */
#define SKS_LIMIT_VERDICT_TEXT  1000u              /* characters of a subject, name or address in a verdict */

/* The envelope, as the milter keeps it; further recipients are not looked at. */
#define SKS_LIMIT_ENVELOPE_RECIPIENTS 10000u

/* Headers (classifier/message). Beyond count and size, the first fields of names that matter are kept all the same. */
#define SKS_LIMIT_HEADER_COUNT         2000u
#define SKS_LIMIT_HEADER_SIZE          (256u * 1024)      /* one field, unfolded; what lies beyond is not read */
#define SKS_LIMIT_HEADERS_SIZE         (2u * 1024 * 1024) /* all fields of one header together */
#define SKS_LIMIT_ADDRESS_COUNT        1000u              /* addresses read of one field */
#define SKS_LIMIT_RECEIVED_COUNT       100u
#define SKS_LIMIT_AUTHENTICATION_COUNT 200u /* results of all Authentication-Results fields together */
#define SKS_LIMIT_REFERENCE_COUNT      200u /* Message-IDs of References */
#define SKS_LIMIT_PARAMETER_COUNT      64u  /* parameters of one Content-Type or Content-Disposition */

/* MIME structure and text (classifier/message). */
#define SKS_LIMIT_MIME_DEPTH 32u
#define SKS_LIMIT_PART_COUNT 1000u
#define SKS_LIMIT_PART_SIZE  SKS_LIMIT_MAIL_SIZE /* decoded */
#define SKS_LIMIT_TEXT_SIZE  (1u * 1024 * 1024)  /* UTF-8 text taken from all parts together */
#define SKS_LIMIT_TEXTS_SIZE (4u * 1024 * 1024)  /* … of a mail and all messages attached to it together */
#define SKS_LIMIT_TEXT_LEAST (16u * 1024)        /* … of each message in any case, whatever came before */
#define SKS_LIMIT_HTML_SIZE  (4u * 1024 * 1024)  /* HTML source read from one part */
#define SKS_LIMIT_HTMLS_SIZE (8u * 1024 * 1024)  /* … of a mail and all messages attached to it together */
#define SKS_LIMIT_HTML_LEAST (32u * 1024)        /* … of each message in any case, whatever came before */
#define SKS_LIMIT_SPARE_SIZE (2u * 1024 * 1024)  /* read of a mail beyond that, so much at most of each part */
#define SKS_LIMIT_HTML_DEPTH 200u                /* deeper elements are flattened; their text survives */
#define SKS_LIMIT_LINK_COUNT 2000u
#define SKS_LIMIT_LINK_SIZE  4096u

/* Attachments (classifier/attachment). */
#define SKS_LIMIT_ATTACHMENT_COUNT    200u                 /* pictures and texts of a mail, and as many others */
#define SKS_LIMIT_ARCHIVE_ENTRIES     10000u               /* members listed of one container */
#define SKS_LIMIT_ARCHIVE_NAMES       100000u              /* … of one mail whose names are read all the same */
#define SKS_LIMIT_ARCHIVE_OUTPUT      (128u * 1024 * 1024) /* bytes that one mail's containers may expand to */
#define SKS_LIMIT_ARCHIVE_RATIO       200u                 /* output over input, once past one MiB */
#define SKS_LIMIT_RATIO_STOP          (16u * 1024 * 1024)  /* output at which a container past that ratio is left */
#define SKS_LIMIT_APPENDED_SIZE       (8u * 1024 * 1024) /* picture or program in an archive, read for one behind it */
#define SKS_LIMIT_INLINE_FILES        16u                /* files written as Base64 in a page that are looked into */
#define SKS_LIMIT_FILE_NAME_SIZE      4096u
#define SKS_LIMIT_DOCUMENT_TEXT       (256u * 1024) /* UTF-8 text taken from one document */
#define SKS_LIMIT_PASSWORD_SIZE       128u          /* bytes of one password */
#define SKS_LIMIT_PASSWORD_TEXT       (64u * 1024)  /* bytes of a text that is searched for passwords */
#define SKS_LIMIT_PASSWORD_COUNT      32u           /* passwords tried on one attachment */
#define SKS_LIMIT_PASSWORD_TRIES      24u           /* of these, of each text of a mail */
#define SKS_LIMIT_PASSWORD_SLOW_TRIES 6u            /* the same, where key derivation is slow by design */
#define SKS_LIMIT_PASSWORD_TEXTS      12u           /* searched for passwords of a mail's own attachments */
#define SKS_LIMIT_KEY_ROUNDS          8000000u      /* hashes of key derivation for one mail: some seconds */
#define SKS_LIMIT_OLE_NODES           4000u         /* storages and streams looked at in one compound file */
#define SKS_LIMIT_OLE_DEPTH           16u

/* Memory (classifier/memory). */
#define SKS_LIMIT_MEMORY_ASK_MILLISECONDS   100u /* longest wait of a mail for what is remembered */
#define SKS_LIMIT_MEMORY_LEARN_MILLISECONDS 150u /* … and for its being learned; together, what the memory may cost */
#define SKS_LIMIT_MEMORY_TAKE_IN_ASKING     30u  /* milliseconds a mail spends on lessons that were gathered */
#define SKS_LIMIT_MEMORY_TAKE_IN_OPENING    3000u
#define SKS_LIMIT_MEMORY_TAKE_IN            1000u /* … and who is in no hurry, at a time */
#define SKS_LIMIT_MEMORY_OPEN_MILLISECONDS                                                                             \
    2000u /* at the start of a process, when another makes or mends the store                                          \
           */
#define SKS_LIMIT_MEMORY_MIGRATE_MILLISECONDS 60000u /* … when it brings a large one up to date */
#define SKS_LIMIT_MEMORY_PATIENCE             4000u  /* milliseconds, where nobody waits for the mail */
#define SKS_LIMIT_MEMORY_RECIPIENTS           100u   /* of one mail */
#define SKS_LIMIT_MEMORY_REFERENCES           50u    /* of one mail, the newest */
#define SKS_LIMIT_MEMORY_TEXT                 1000u  /* one stored string */
#define SKS_LIMIT_MEMORY_HABITS               32u    /* networks, mailers or zones kept of one address */
#define SKS_LIMIT_MEMORY_NAMES                64u    /* addresses kept of one displayed name */
#define SKS_LIMIT_MEMORY_FOUND                100u /* waiting mails looked at that have one thing in common with a mail */
#define SKS_LIMIT_MEMORY_FETCH_MILLISECONDS   500u     /* longest wait for a kept mail */
#define SKS_LIMIT_MEMORY_CLAIM_SECONDS        300      /* a notice that was taken on and not sent is offered again */
#define SKS_LIMIT_MEMORY_KEEP_MILLISECONDS    1000u    /* … for a mail to be kept */
#define SKS_LIMIT_MEMORY_REPORT_MILLISECONDS  10000u   /* … for a report, which no mail waits for */
#define SKS_LIMIT_MEMORY_PARTIES              2000000u /* addresses; above, those go sooner that wrote least */
#define SKS_LIMIT_MEMORY_DOMAINS              1000000u
#define SKS_LIMIT_MEMORY_SEEN                 4000000u /* Message-IDs of mail that was learned; above, they go sooner */
#define SKS_LIMIT_MEMORY_SENT                 2000000u /* … of our own */
#define SKS_LIMIT_MEMORY_VERDICTS             1000000u /* logged; the oldest go */
#define SKS_LIMIT_MEMORY_WAVES                300000u  /* different texts and files that are watched for copies */
#define SKS_LIMIT_MEMORY_LIKE                 8u       /* texts compared with a mail's that share one band with it */
#define SKS_LIMIT_MEMORY_FILES                8u       /* attachments of one mail that are watched for */
#define SKS_LIMIT_MEMORY_MEMBERS              100u     /* senders, recipients … told apart in a wave */
#define SKS_LIMIT_MEMORY_SHOWN                20u      /* networks, names … of an address shown to people */
#define SKS_LIMIT_MEMORY_EXCHANGE_DAYS        30u      /* between mails of one exchange */
#define SKS_LIMIT_MEMORY_EXCHANGE_MAILS       200u     /* of a sender, the newest, that are looked at as being of one */
#define SKS_LIMIT_MEMORY_EXCHANGE_REVISED     9u /* … whose verdicts an attack changes; more are an acquaintance's */
#define SKS_LIMIT_MEMORY_EXCEPTION_DAYS       400u /* a release is remembered */

/* Reported mail. Defaults of the configuration. */
#define SKS_LIMIT_REPORT_TOTAL (1024u * 1024 * 1024) /* of all that is kept */
#define SKS_LIMIT_REPORT_DAYS  730u

/* The directory in the store. */
#define SKS_LIMIT_DIRECTORY_MILLISECONDS                                                                               \
    10000u /* longest time for reading or importing it, which no mail waits for                                        \
            */

/* Frequent correspondents, of whose domains look-alikes are sought. */
#define SKS_LIMIT_FREQUENT_DOMAINS 500u /* the most frequent */
#define SKS_LIMIT_FREQUENT_MAILS   10u  /* from a domain, that make it one */
#define SKS_LIMIT_FREQUENT_WRITTEN 3u   /* … or to it */

/* Joining two mails. Sizes and days are defaults of the configuration. */
#define SKS_LIMIT_PENDING_SIZE            (20u * 1024 * 1024)   /* of a mail that is kept until its password comes */
#define SKS_LIMIT_PENDING_TOTAL           (1024u * 1024 * 1024) /* of all such mails */
#define SKS_LIMIT_PENDING_DAYS            7u
#define SKS_LIMIT_JOIN_MAILS              20u /* other mails that one mail is joined with, or tries to be */
#define SKS_LIMIT_JOIN_OTHERS             40u /* … of which so many may be judged anew: it opens some, others opened it */
#define SKS_LIMIT_JOIN_PASSWORDS          12u   /* of one mail, tried on another's attachments */
#define SKS_LIMIT_JOIN_MILLISECONDS       3000u /* … after which no further one is tried */
#define SKS_LIMIT_JOIN_LAST_MILLISECONDS  2000u /* … and that the one being tried may take beyond */
#define SKS_LIMIT_CLOSED_MILLISECONDS     4000u /* of a mail; after that, none is read again as if it had stayed closed */
#define SKS_LIMIT_JOIN_AGAIN              6u /* times that a join is done anew, because other processes were faster */
#define SKS_LIMIT_JOIN_MEMORY_AGAIN       2u /* … because the memory was busy for too long */
#define SKS_LIMIT_JOIN_AGAIN_MILLISECONDS 6000u /* … but not if the mail would take longer */

/* Language (classifier/language). */
#define SKS_LIMIT_LANGUAGE_TEXT     (64u * 1024) /* UTF-8 bytes analysed of one text */
#define SKS_LIMIT_IDENTITY_TEXT     2048         /* … of a displayed name, and of a signature */
#define SKS_LIMIT_LANGUAGE_SPANS    64u          /* places pointed at in one text */
#define SKS_LIMIT_LANGUAGE_SENTENCE 4096u        /* bytes that MeCab reads at once */
#define SKS_LIMIT_LANGUAGE_TOKENS   50000u       /* tokens taken of one text */

/* The model package (classifier/model). */
#define SKS_LIMIT_MODEL_VECTORS   200000u /* support vectors of one class */
#define SKS_LIMIT_MODEL_GRAMS     (1u << 21)
#define SKS_LIMIT_MODEL_CAMPAIGNS 1000u  /* of reported mail */
#define SKS_LIMIT_TEXT_GRAMS      40000u /* words and pairs of words read of one mail, repetitions included */

/* The model. */
#define SKS_LIMIT_FEATURE_COUNT 60u /* dense features of the model */

/* Indicators (classifier/indicator). */
#define SKS_LIMIT_INDICATOR_TEXT (128u * 1024) /* UTF-8 bytes of the own text in which phrases are looked for */

/* Files that the administrator gives. */
#define SKS_LIMIT_LIST_SIZE    (16u * 1024 * 1024)
#define SKS_LIMIT_LIST_LINES   1000000u
#define SKS_LIMIT_PEOPLE_COUNT 200000u
#define SKS_LIMIT_PACKAGE_SIZE (256u * 1024 * 1024)

#endif
