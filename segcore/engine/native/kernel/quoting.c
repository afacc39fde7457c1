/* Quotation marks of rows of cells, each judged by the octets beside it. */
#include "quoting.h"

#include <string.h>

typedef struct {
    const uint8_t *octets;
    size_t length;
} octets_between;

static int is_there(const uint8_t *at, const uint8_t *end, octets_between delimiter)
{
    return (size_t)(end - at) >= delimiter.length && memcmp(at, delimiter.octets, delimiter.length) == 0;
}

/* Whether a cell may begin at an octet. */
static int may_begin(const uint8_t *rows, const uint8_t *at, octets_between delimiter)
{
    const size_t before = (size_t)(at - rows);
    return before == 0 || at[-1] == '\n'
           || (before >= delimiter.length && is_there(at - delimiter.length, at, delimiter))
           || (before > delimiter.length && at[-1] == ' ' && is_there(at - 1 - delimiter.length, at, delimiter));
}

/* Whether a cell may end before an octet. */
static int may_end(const uint8_t *at, const uint8_t *end, octets_between delimiter)
{
    return at == end || *at == '\n' || *at == '\r' || is_there(at, end, delimiter)
           || (*at == ' ' && is_there(at + 1, end, delimiter));
}

int segcore_cell_quotes(const uint8_t *rows, size_t length, const uint8_t *delimiter, size_t delimiter_length,
                        int inside)
{
    const octets_between between = {delimiter, delimiter_length};
    const uint8_t *const end = rows + length;
    for (const uint8_t *mark = rows; (mark = memchr(mark, '"', (size_t)(end - mark))) != NULL; mark++) {
        const uint8_t *const next = mark + 1;
        if (!inside) {
            if (!may_begin(rows, mark, between))
                return -1;
            inside = 1;
        } else if (next < end && *next == '"') {
            mark++;
        } else {
            if (!may_end(next, end, between))
                return -1;
            inside = 0;
        }
    }
    return inside;
}
