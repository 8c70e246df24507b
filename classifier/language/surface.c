/* One small table by hash, made at the first look-up and never freed. */
#include "language/surface.h"

#include <string.h>

#include <glib.h>

#include "language/feature.h"

enum { SLOTS = 512 /* several times as many as there are words */ };

struct slot {
    const char *word;
    size_t size;
    uint32_t hash, bits;
};

static const struct {
    uint32_t bits;
    const char *words;
} sets[] = {
    {SKS_SURFACE_END, "。 ! ? !! ?? !? ?! ． ｡"},
    {SKS_SURFACE_OPENS, "「 『 ( 【 “"},
    {SKS_SURFACE_CLOSES, "」 』 ) 】 ”"},
    {SKS_SURFACE_QUOTE, "「 『 “ 《"},
    {SKS_SURFACE_UNQUOTE, "」 』 ” 》"},
    {SKS_SURFACE_POLITE, "です ます でし まし でしょ ましょ ませ 下さい ください ませんか"},
    {SKS_SURFACE_POLITE_END, "です ます でし まし ませ"},
    {SKS_SURFACE_ASKING, "でしょ ましょ ください 下さい か ? !"},
    {SKS_SURFACE_ROUGH, "お前 おまえ あんた オマエ てめえ 貴様"},
    {SKS_SURFACE_YOU, "あなた 君"},
    {SKS_SURFACE_HONORIFIC, "いただき いただけ 頂き 頂け ござい 申し上げ 致し いたし 御社 貴社 貴殿 貴職"},
    {SKS_SURFACE_SPOKEN_OF, "という といった とは と"},
    {SKS_SURFACE_WORD, "言葉 語 表現 言い方 言い 呼び方 呼び 呼称 単語"},
};

static struct slot *find(struct slot *slots, const char *word, size_t size, uint32_t hash)
{
    struct slot *slot = &slots[hash % SLOTS];
    while (slot->word != NULL && (slot->hash != hash || slot->size != size || memcmp(slot->word, word, size) != 0))
        slot = slot + 1 < slots + SLOTS ? slot + 1 : slots;
    return slot;
}

static struct slot *slots_new(void)
{
    struct slot *slots = g_new0(struct slot, SLOTS);
    for (size_t i = 0; i < G_N_ELEMENTS(sets); i++) {
        for (const char *word = sets[i].words, *end; *word != '\0'; word = *end != '\0' ? end + 1 : end) {
            end = strchrnul(word, ' ');
            size_t size = (size_t)(end - word);
            uint32_t hash = sks_feature_bytes(word, size);
            struct slot *slot = find(slots, word, size, hash);
            *slot = (struct slot){word, size, hash, slot->bits | sets[i].bits};
        }
    }
    return slots;
}

uint32_t sks_surface_bits(const char *surface, size_t size, uint32_t hash)
{
    static gsize once;
    if (g_once_init_enter(&once))
        g_once_init_leave(&once, (gsize)slots_new());
    return find((struct slot *)once, surface, size, hash)->bits;
}
