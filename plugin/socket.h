/*
 * The address on which the milter listens, in libmilter's notation: "unix:PATH" (or "local:PATH", or just a path),
 * "inet:PORT@HOST", "inet6:PORT@HOST"; without "@HOST" all addresses.
 */
#ifndef SKS_PLUGIN_SOCKET_H
#define SKS_PLUGIN_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

struct sks_socket_address {
    int family;                                             /* AF_UNIX, AF_INET or AF_INET6 */
    char path[sizeof(((struct sockaddr_un *)0)->sun_path)]; /* AF_UNIX */
};

/* Returns SKS_OK or SKS_ERROR_FORMAT, then with a constant text in *out_reason. */
int sks_socket_parse(struct sks_socket_address *out_address, const char *text, const char **out_reason);

/* "ADDRESS:PORT" or "[ADDRESS]:PORT" for IPv6, in numbers. Returns as sks_socket_parse(). */
int sks_socket_parse_listen(struct sockaddr_storage *out_address, const char *text, const char **out_reason);

/* A mail server on this host: "PORT@127.0.0.1", "PORT@[::1]". False for anything else. The host has static storage. */
bool sks_socket_parse_smtp(unsigned *out_port, const char **out_host, const char *text);

/* Whether only this host can reach it: 127.0.0.0/8 or ::1. */
bool sks_socket_is_loopback(const struct sockaddr_storage *address);

/*
 * Removes a unix socket that nobody listens on, left by a program that died. Returns SKS_OK if the path is free now,
 * SKS_ERROR_UNAVAILABLE if somebody listens, SKS_ERROR_IO if something else is in the way (errno tells).
 */
int sks_socket_remove_stale(const char *path);

#endif
