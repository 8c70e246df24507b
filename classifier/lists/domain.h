/* Domains as people see them: the label that its owner chose, and what that looks like. */
#ifndef SKS_LISTS_DOMAIN_H
#define SKS_LISTS_DOMAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SKS_LABEL_SIZE 63u

struct sks_domain_look {
    const char *registrable; /* the registered domain that was given; the caller's */
    /* Nearly all that one domain is compared with differ from it in these, so they stand together. */
    uint64_t letters; /* of the label */
    size_t size, looks_size;
    char looks[SKS_LABEL_SIZE + 1]; /* the label with look-alike letters made one: 0 and o, rn and m, а and a … */
    char label[SKS_LABEL_SIZE + 1];
};

void sks_domain_look_init(struct sks_domain_look *look, const char *registrable);

/* The set of ASCII letters, digits and hyphens in a text, as bits; all other bytes share one. And the bit of a byte. */
uint64_t sks_domain_letter(char byte);
uint64_t sks_domain_letters(const char *text);

#endif
