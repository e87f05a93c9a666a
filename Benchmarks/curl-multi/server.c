// A minimal keep-alive HTTP server on loopback, so that a benchmark measures the client.
//
//   cc -O2 -Wall -Wextra -o server server.c && ./server [PORT]
//
// Prints "PORT" on its own line, then answers every request with the same 200. One thread, epoll, Linux only. It trusts
// its clients: requests are limited to 64 KiB, and a body requires Content-Length.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_CONNECTIONS = 4096, MAX_REQUEST = 65536, MAX_EVENTS = 256 };

#define BODY "{\"api_id\":\"5d2f0b0c-0000-4000-8000-000000000000\",\"trunk_id\":\"12345678901234567890\"}"
static char answer[512];
static ssize_t answer_size;

struct connection {
    size_t length;
    char bytes[MAX_REQUEST + 1];
};

static struct connection *connections[MAX_CONNECTIONS];

static void drop(int fd) {
    close(fd);
    free(connections[fd]);
    connections[fd] = NULL;
}

// Returns the length of the first complete request in the buffer, or 0.
static size_t whole_request(struct connection *c) {
    c->bytes[c->length] = 0;
    const char *end = strstr(c->bytes, "\r\n\r\n");
    if (!end) return 0;
    size_t head = (size_t)(end - c->bytes) + 4;
    const char *field = strcasestr(c->bytes, "\r\nContent-Length:");
    size_t body = field && field < end ? strtoul(field + 17, NULL, 10) : 0;
    return c->length >= head + body ? head + body : 0;
}

static int serve(int fd) {
    struct connection *c = connections[fd];
    if (c->length == MAX_REQUEST) return -1;
    ssize_t count = read(fd, c->bytes + c->length, MAX_REQUEST - c->length);
    if (count == 0 || (count < 0 && errno != EAGAIN)) return -1;
    if (count < 0) return 0;
    c->length += (size_t)count;
    for (size_t used; (used = whole_request(c));) {
        if (write(fd, answer, (size_t)answer_size) != answer_size) return -1;
        c->length -= used;
        memmove(c->bytes, c->bytes + used, c->length);
    }
    return 0;
}

static void accept_all(int listener, int epoll) {
    for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
        int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
        if (fd >= MAX_CONNECTIONS || !(connections[fd] = calloc(1, sizeof(struct connection)))) {
            close(fd);
        } else if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event)) {
            drop(fd);
        }
    }
}

int main(int argc, char **argv) {
    answer_size = snprintf(
        answer, sizeof answer,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
        "Date: Sun, 22 Nov 2026 00:00:00 GMT\r\n\r\n%s",
        sizeof BODY - 1, BODY);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    address.sin_port = htons((uint16_t)(argc > 1 ? atoi(argv[1]) : 0));
    socklen_t size = sizeof address;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 1024) ||
        getsockname(listener, (struct sockaddr *)&address, &size)) {
        perror("server");
        return 1;
    }
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[MAX_EVENTS];
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int count = epoll_wait(epoll, events, MAX_EVENTS, -1);
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) {
                accept_all(listener, epoll);
            } else if (serve(fd)) {
                drop(fd);
            }
        }
    }
}
