// Measures libcurl's multi interface without Swift, as the baseline for the transport's benchmark.
//
//   cc -O2 -Wall -Wextra -o bench bench.c -lcurl && ./bench URL REQUESTS IN_FLIGHT [BODY_BYTES]
//
// Sends REQUESTS requests on one thread, IN_FLIGHT of them in parallel: GET, or POST with a body of BODY_BYTES. Options
// and work per request are the same as in ZentrunkCurl: handles and connections are reused; URL, header lines and body
// are set for each request; header lines and body of every response are copied. Prints one line of JSON.
#define CURL_STRICTER 1
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct buffer {
    char *bytes;
    size_t length, capacity;
};

struct transfer {
    CURL *easy;
    struct curl_slist *fields;
    struct buffer head, body;
};

static CURLM *multi;
static const char *url;
static char *request_body;
static size_t request_body_size;

static void check(int failed, const char *what) {
    if (failed) {
        fprintf(stderr, "bench: %s\n", what);
        exit(1);
    }
}

static size_t append(char *bytes, size_t size, size_t count, void *owner) {
    struct buffer *buffer = owner;
    size_t added = size * count;
    if (buffer->length + added > buffer->capacity) {
        buffer->capacity = 2 * (buffer->length + added);
        buffer->bytes = realloc(buffer->bytes, buffer->capacity);
        check(!buffer->bytes, "no memory");
    }
    memcpy(buffer->bytes + buffer->length, bytes, added);
    buffer->length += added;
    return added;
}

static void set_up(struct transfer *t) {
    CURL *easy = t->easy = curl_easy_init();
    check(!easy, "curl_easy_init");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 61000L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, 10000L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "zentrunk-connect");
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, 50L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, t);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, append);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &t->head);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &t->body);
}

static void start(struct transfer *t) {
    CURL *easy = t->easy;
    t->head.length = t->body.length = 0;
    curl_slist_free_all(t->fields);
    t->fields = curl_slist_append(NULL, "Authorization: Basic dXNlcjpwYXNzd29yZA==");
    t->fields = curl_slist_append(t->fields, "Content-Type: application/json");
    if (request_body_size) t->fields = curl_slist_append(t->fields, "Expect:");
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, t->fields);
    check(curl_easy_setopt(easy, CURLOPT_URL, url) != CURLE_OK, "URL");
    if (request_body_size) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request_body_size);
        curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, request_body);
    } else {
        curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    }
    check(curl_multi_add_handle(multi, easy) != CURLM_OK, "curl_multi_add_handle");
}

static double seconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    check(argc < 4, "usage: bench URL REQUESTS IN_FLIGHT [BODY_BYTES]");
    url = argv[1];
    long requests = atol(argv[2]), in_flight = atol(argv[3]), started = 0, finished = 0;
    request_body_size = argc > 4 ? strtoul(argv[4], NULL, 10) : 0;
    request_body = malloc(request_body_size + 1);
    memset(request_body, 'x', request_body_size + 1);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
    curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, in_flight);
    struct transfer *transfers = calloc((size_t)in_flight, sizeof *transfers);
    double begin = seconds(CLOCK_MONOTONIC);
    for (; started < in_flight && started < requests; started++) {
        set_up(&transfers[started]);
        start(&transfers[started]);
    }
    while (finished < requests) {
        int running, left;
        check(curl_multi_perform(multi, &running) != CURLM_OK, "curl_multi_perform");
        for (CURLMsg *message; (message = curl_multi_info_read(multi, &left));) {
            struct transfer *t;
            long status = 0;
            check(message->data.result != CURLE_OK, curl_easy_strerror(message->data.result));
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&t);
            curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
            check(status != 200, "status is not 200");
            curl_multi_remove_handle(multi, t->easy);
            finished++;
            if (started < requests) {
                started++;
                start(t);
            }
        }
        if (finished < requests) check(curl_multi_poll(multi, NULL, 0, 1000, NULL) != CURLM_OK, "curl_multi_poll");
    }
    double elapsed = seconds(CLOCK_MONOTONIC) - begin;
    printf("{\"client\":\"c\",\"requests\":%ld,\"in_flight\":%ld,\"body_bytes\":%zu,\"seconds\":%.4f,"
           "\"requests_per_second\":%.0f,\"cpu_seconds\":%.4f}\n",
           requests, in_flight, request_body_size, elapsed, (double)requests / elapsed,
           seconds(CLOCK_PROCESS_CPUTIME_ID));
    return 0;
}
