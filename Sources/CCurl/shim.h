// What Swift cannot call in <curl/curl.h>: variadic functions, one shape each.
#ifndef ZENTRUNK_CCURL_SHIM_H
#define ZENTRUNK_CCURL_SHIM_H

#define CURL_STRICTER 1
#include <curl/curl.h>

#endif
