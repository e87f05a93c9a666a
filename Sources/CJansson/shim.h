// What Swift cannot call in <jansson.h>: function-like macros, and what hides in the error's text field.
#ifndef ZENTRUNK_CJANSSON_SHIM_H
#define ZENTRUNK_CJANSSON_SHIM_H

#include <jansson.h>

static inline json_type zentrunk_json_typeof(const json_t *value) {
    return json_typeof(value);
}

// json_error_code is the name of an enum and of a function; Swift would have to guess.
static inline enum json_error_code zentrunk_json_error_code(const json_error_t *error) {
    return json_error_code(error);
}

// A C array inside a struct is a tuple of 160 in Swift. The text is always terminated, and lives as long as *error.
static inline const char *zentrunk_json_error_text(const json_error_t *error) {
    return error->text;
}

static inline size_t zentrunk_json_indent(size_t spaces) {
    return JSON_INDENT(spaces);
}

static inline size_t zentrunk_json_real_precision(size_t digits) {
    return JSON_REAL_PRECISION(digits);
}

#endif
