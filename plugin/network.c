/* CIDR matching over one address form of 128 bits. */
#include "network.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "sekisho/error.h"

/* Returns the number of bits of the notation (32 or 128), or 0 if text is no address. */
static unsigned parse_address(uint8_t out_address[16], const char *text)
{
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    struct in_addr v4;
    struct in6_addr v6;

    if (inet_pton(AF_INET, text, &v4) == 1) {
        memcpy(out_address, mapped, sizeof(mapped));
        memcpy(out_address + sizeof(mapped), &v4, sizeof(v4));
        return 32;
    }
    if (inet_pton(AF_INET6, text, &v6) == 1) {
        memcpy(out_address, &v6, sizeof(v6));
        return 128;
    }
    return 0;
}

static bool shares_prefix(const uint8_t *a, const uint8_t *b, unsigned bits)
{
    unsigned bytes = bits / 8, rest = bits % 8;
    if (memcmp(a, b, bytes) != 0)
        return false;
    if (rest == 0)
        return true;
    uint8_t mask = (uint8_t)(0xff << (8 - rest));
    return (a[bytes] & mask) == (b[bytes] & mask);
}

/* Whether bits beyond the prefix are set: nearly always a slip of the pen that would trust more than was meant. */
static bool has_host_bits(const struct sks_network *network)
{
    for (unsigned bit = network->prefix; bit < 128; bit++)
        if (network->address[bit / 8] & (0x80 >> (bit % 8)))
            return true;
    return false;
}

int sks_network_parse(struct sks_network *out_network, const char *text, const char **out_reason)
{
    const char *ignored;
    struct sks_network network = {.prefix = 0};
    char address[INET6_ADDRSTRLEN + 1];
    const char *slash = strchr(text, '/');
    size_t size = slash != NULL ? (size_t)(slash - text) : strlen(text);

    if (out_reason == NULL)
        out_reason = &ignored;
    *out_reason = "is no IPv4 or IPv6 network";
    if (size >= sizeof(address))
        return SKS_ERROR_FORMAT;
    memcpy(address, text, size);
    address[size] = '\0';

    unsigned bits = parse_address(network.address, address);
    if (bits == 0)
        return SKS_ERROR_FORMAT;
    unsigned prefix = bits;
    if (slash != NULL) {
        guint64 number;
        if (!g_ascii_string_to_unsigned(slash + 1, 10, 0, bits, &number, NULL)) {
            *out_reason = bits == 32 ? "needs a prefix length of 0 to 32" : "needs a prefix length of 0 to 128";
            return SKS_ERROR_FORMAT;
        }
        prefix = (unsigned)number;
    }
    network.prefix = prefix + (128 - bits);
    if (has_host_bits(&network)) {
        *out_reason = "has bits set beyond its prefix length";
        return SKS_ERROR_FORMAT;
    }
    *out_network = network;
    return SKS_OK;
}

bool sks_networks_contain(const struct sks_networks *networks, const char *address)
{
    uint8_t bytes[16];

    if (g_ascii_strncasecmp(address, "IPv6:", 5) == 0)
        address += 5;
    if (parse_address(bytes, address) == 0)
        return false;
    for (size_t i = 0; i < networks->count; i++)
        if (shares_prefix(networks->list[i].address, bytes, networks->list[i].prefix))
            return true;
    return false;
}
