/* Networks in CIDR notation, IPv4 and IPv6, and whether an address lies in one of them. */
#ifndef SKS_PLUGIN_NETWORK_H
#define SKS_PLUGIN_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* IPv4 is kept as IPv4-mapped IPv6 (::ffff:a.b.c.d), so that a client is the same one however the MTA writes it. */
struct sks_network {
    uint8_t address[16];
    unsigned prefix; /* 0 to 128 */
};

struct sks_networks {
    struct sks_network *list; /* g_free() */
    size_t count;
};

/*
 * Reads "192.0.2.0/24", "2001:db8::/32" or a single address. On failure *out_reason (if not NULL) is a constant text.
 * Returns SKS_OK or SKS_ERROR_FORMAT.
 */
int sks_network_parse(struct sks_network *out_network, const char *text, const char **out_reason);

/* address is textual; anything that is not an address lies in no network. "IPv6:" in front (RFC 5321) is understood. */
bool sks_networks_contain(const struct sks_networks *networks, const char *address);

#endif
