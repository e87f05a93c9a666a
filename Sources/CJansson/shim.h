// What Swift cannot call in <jansson.h>: macros and inline reference counting.
#ifndef ZENTRUNK_CJANSSON_SHIM_H
#define ZENTRUNK_CJANSSON_SHIM_H

#include <jansson.h>

#endif
