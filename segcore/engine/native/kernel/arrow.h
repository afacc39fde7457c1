/* Columns of text as Apache Arrow lays them out, and columns of results.
 *
 * Nothing is trusted that can be checked: an offset or a view that points outside is found before it is followed. */
#ifndef SEGCORE_ARROW_H
#define SEGCORE_ARROW_H

#include "rules.h"

enum { SEGCORE_OFFSETS_32, SEGCORE_OFFSETS_64, SEGCORE_VIEWS };

typedef struct {
    int layout;
    /* Bit validity_start + i is 0 where row i is null; NULL where none is. */
    const uint8_t *validity;
    int64_t validity_start;
    /* The offsets, of 32 or 64 bits, from row 0 on, one more than rows; or the views from row 0 on. */
    const void *rows;
    int64_t row_count;
    /* With offsets: the octets.  Their number is the last offset. */
    const uint8_t *data;
    /* With views: the data buffers and their sizes. */
    const void *const *buffers;
    const int64_t *sizes;
    int64_t buffer_count;
} segcore_column;

/* Destination of results, for the rows from 0 to before `capacity`; all but `segments` may be NULL. */
typedef struct {
    int64_t capacity;
    int32_t *segments;
    int64_t *units;
    uint8_t *encodings;
    int64_t *code_units; /* right where `extra` of a measurement is */
    uint8_t *valid;     /* 0 where the row is null and all else is 0; needed for a column that may have nulls */
    const uint8_t *mms; /* not 0 where the row is an MMS, which counts 1 */
} segcore_output;

typedef enum {
    SEGCORE_FINE,
    SEGCORE_FAULT_UTF8,
    SEGCORE_FAULT_LAYOUT,
    SEGCORE_FAULT_INDEX,
    SEGCORE_FAULT_CAPACITY,
    SEGCORE_FAULT_MEMORY
} segcore_fault;

/* True if `count` rows from `start` on are all before `capacity`. */
SEGCORE_INLINE int segcore_has_room(int64_t capacity, int64_t start, size_t count)
{
    return start >= 0 && start <= capacity && count <= (uint64_t)(capacity - start);
}

/* View `count` texts from row `start` on and return how many come before the first that points outside, or that is
 * not among the column's rows.  The text of a null is empty, whatever it points to.  `valid`, from row 0 on, is NULL
 * or becomes 0 where a row is null; the caller has made sure that there is room. */
size_t segcore_find_texts(const segcore_column *column, int64_t start, size_t count, segcore_text *texts,
                          uint8_t *valid);

/* Write `count` measurements from row `start` on; 0 if there is no room, and then nothing is written. */
int segcore_write(const segcore_output *to, int64_t start, size_t count, const segcore_measurement *found);

/* Measure the rows from `start` to before `stop`.  *row is the first one that is at fault. */
segcore_fault segcore_measure_rows(const segcore_rules *rules, const segcore_column *column, int64_t start,
                                   int64_t stop, const segcore_output *to, int64_t *row);

/* Rows that refer to values: their indices from row 0 on, each of `width` octets; and, from value 0 on, 0 for each
 * value that is null, or NULL. */
typedef struct {
    const segcore_column *values;
    const uint8_t *valid_values;
    const void *indices;
    int width, is_signed;
} segcore_references;

/* As segcore_find_texts, of rows of a dictionary.  `column` says which rows are null. */
size_t segcore_find_references(const segcore_column *column, const segcore_references *references, int64_t start,
                               size_t count, segcore_text *texts, uint8_t *valid);

/* Write the results `from` of the values of a dictionary for the rows that refer to them.
 *
 * `indices`: from row 0 on, each of `width` octets. */
segcore_fault segcore_gather(const segcore_output *from, const void *indices, int width, int is_signed,
                             const uint8_t *validity, int64_t validity_start, int64_t start, int64_t stop,
                             const segcore_output *to, int64_t *row);

#endif
