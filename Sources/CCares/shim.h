// c-ares, with what Swift cannot use as it is in <ares.h>.
#ifndef ZENTRUNK_CCARES_SHIM_H
#define ZENTRUNK_CCARES_SHIM_H

#include <ares.h>
#include <arpa/inet.h>
#include <stddef.h>
#include <string.h>

// Sets the limits of a channel; 0 on success. The names of the options are macros of several types.
static inline int zentrunk_ares_init(ares_channel *channel, int timeout_ms, int tries) {
    struct ares_options options = {0};
    options.timeout = timeout_ms;
    options.tries = tries;
    // The names are complete: no search domain may be appended.
    options.flags = ARES_FLAG_NOSEARCH;
    return ares_init_options(channel, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_FLAGS);
}

// Writes the addresses of the servers that the channel asks, separated by commas; as many as fit.
static inline void zentrunk_ares_servers(ares_channel channel, char *text, size_t size) {
    if (size == 0) return;
    text[0] = '\0';
#if ARES_VERSION >= 0x011800
    char *all = ares_get_servers_csv(channel);
    if (!all) return;
    strncat(text, all, size - 1);
    ares_free_string(all);
#else
    struct ares_addr_port_node *first = NULL;
    if (ares_get_servers_ports(channel, &first) != ARES_SUCCESS) return;
    for (struct ares_addr_port_node *node = first; node; node = node->next) {
        char address[64];
        if (!inet_ntop(node->family, &node->addr, address, sizeof address)) continue;
        if (strlen(text) + strlen(address) + 3 > size) break;
        if (text[0]) strcat(text, ", ");
        strcat(text, address);
    }
    ares_free_data(first);
#endif
}

// Whether the channel waits to read from, or to write to, the socket at the index of ares_getsock's answer.
static inline int zentrunk_ares_reads(int mask, int index) { return ARES_GETSOCK_READABLE(mask, index) != 0; }
static inline int zentrunk_ares_writes(int mask, int index) { return ARES_GETSOCK_WRITABLE(mask, index) != 0; }

// Milliseconds until the channel has something to do; -1 if it waits for nothing.
static inline int zentrunk_ares_wait_ms(ares_channel channel) {
    struct timeval wait;
    struct timeval *found = ares_timeout(channel, NULL, &wait);
    return found ? (int)(found->tv_sec * 1000 + found->tv_usec / 1000 + 1) : -1;
}

// Addresses of one family, in the order of the answer, from the file of hosts and from DNS.
static inline void zentrunk_ares_addresses(
    ares_channel channel, const char *name, int family, ares_addrinfo_callback callback, void *argument) {
    struct ares_addrinfo_hints hints = {0};
    hints.ai_family = family;
    // Otherwise c-ares would connect sockets in order to sort the addresses.
    hints.ai_flags = ARES_AI_NOSORT;
    ares_getaddrinfo(channel, name, NULL, &hints, callback, argument);
}

#endif
