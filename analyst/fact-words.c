/* See fact-words.h. The facts are those of docs/attachments.md. */
#include "fact-words.h"

#include <glib.h>
#include <string.h>

#include "indicator/indicator.h"

static const struct {
    const char *id, *ja, *en;
} words[] = {
    {"attachment.application", "文書を作ったアプリケーション", "The application that made the document"},
    {"attachment.author", "文書に記された作成者", "The author that the document names"},
    {"attachment.comment", "アーカイブのコメント", "The archive's comment"},
    {"attachment.company", "文書に記された会社名", "The company that the document names"},
    {"attachment.created", "文書に記された作成日時", "When the document says it was made"},
    {"attachment.default-password", "Excel が自動で試すパスワードで開いた",
     "Opened with the password that Excel tries by itself"},
    {"attachment.empty", "中身のないファイル", "A file of no bytes"},
    {"attachment.encrypted-inside", "中に暗号化されたファイルがある", "An encrypted file is inside"},
    {"attachment.font", "文書が指定するフォント", "A font that the document names"},
    {"attachment.foreign-bytes", "zip の前後に余分なデータがある（バイト数）", "Bytes before or after the zip archive"},
    {"attachment.html-form", "パスワードの入力欄があるウェブページ", "A web page with a field for a password"},
    {"attachment.html-redirect", "自動で他のページへ移るウェブページ", "A web page that leads elsewhere by itself"},
    {"attachment.html-script", "スクリプトを含むウェブページ", "A script in a web page"},
    {"attachment.html-smuggling", "ページ内のデータからファイルを組み立てるスクリプト",
     "A script that builds a file from data in the page"},
    {"attachment.language", "文書に記された言語", "A language that the document names"},
    {"attachment.link-inside", "中にリンク（シンボリックリンクなど）がある", "A symbolic or hard link is inside"},
    {"attachment.maybe-encrypted", "暗号化されている可能性がある PDF（qpdf なしで構築したため確認できない）",
     "A PDF that names encryption, which this build, without qpdf, can't look into"},
    {"attachment.modified", "文書に記された更新日時", "When the document says it was changed"},
    {"attachment.opened-inside", "中の暗号化されたファイルをパスワードで開いた",
     "An encrypted file inside was opened with a password"},
    {"attachment.overlapping-members", "中のファイルがデータを共有している（展開爆弾の特徴。展開しなかった）",
     "Members share bytes, as bombs do; nothing was unpacked"},
    {"attachment.password-verified", "パスワードは正しいが、中身は読めなかった",
     "The password is right, but the content could not be read"},
    {"attachment.path-traversal", "展開先のフォルダーの外に出る名前がある",
     "A member would leave the folder it is unpacked to"},
    {"attachment.rights-management", "権限管理サーバーの利用者向けに暗号化されている",
     "Encrypted for the users of a rights management server"},
    {"attachment.shortcut-target", "ショートカットの参照先", "Where the shortcut points"},
    {"attachment.unread-inside", "中に読めないファイルがある（個数）",
     "Members that could not be read: another password, or an unknown method"},
    {"attachment.volume", "分割アーカイブの一部", "A part of an archive in several parts"},
    {"limit.attachment-size", "読み取る上限より大きい（バイト数）", "Larger than is read (bytes)"},
    {"limit.key-rounds", "鍵の計算が上限に達し、試していないパスワードがある",
     "More key derivation than one mail may cost: some passwords were not tried"},
};

static const char *find_words(const char *id, enum sks_language language)
{
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (strcmp(words[i].id, id) == 0)
            return language == SKS_LANGUAGE_JAPANESE ? words[i].ja : words[i].en;
    return NULL;
}

char *sks_fact_sentence(const struct sks_fact *fact, enum sks_language language)
{
    const struct sks_finding finding = {.indicator = sks_indicator_find(fact->id), .detail = (char *)fact->detail};
    if (finding.indicator != NULL)
        return sks_finding_reason(&finding, language);
    const char *sentence = find_words(fact->id, language), *detail = fact->detail;
    bool japanese = language == SKS_LANGUAGE_JAPANESE;
    if (sentence == NULL)
        return g_strdup(*detail != '\0' ? detail : fact->id);
    if (*detail == '\0')
        return g_strconcat(sentence, japanese ? "。" : ".", NULL);
    return japanese ? g_strconcat(sentence, "：", detail, NULL) : g_strconcat(sentence, ": ", detail, NULL);
}
