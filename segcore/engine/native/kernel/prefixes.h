/* Telephone numbers: from what people write to E.164 digits, and what the longest known prefix of these stands for.
 *
 * Nothing here knows a calling code: prefixes and dialling rules are arguments. */
#ifndef SEGCORE_PREFIXES_H
#define SEGCORE_PREFIXES_H

#include "arrow.h"

/* Digits of a number in E.164 (6.1), and of one as it is dialled: an international prefix comes before it. */
#define SEGCORE_E164_DIGITS 15
#define SEGCORE_DIALLED_DIGITS 24

/* The value of a number without a known prefix. */
#define SEGCORE_NO_PREFIX (-1)

/* Kinds of code points in a number; digits are 0 to 9.  A letter is one of "tel:". */
enum { SEGCORE_SKIPPED = 10, SEGCORE_PLUS, SEGCORE_BREAK, SEGCORE_LETTER, SEGCORE_NO_NUMBER };

/* A node of a tree of digits; node 0 is the root. */
typedef struct {
    int32_t next[10]; /* the node of each next digit, 0 for none */
    int32_t value;    /* what the digits up to here stand for */
    uint32_t lengths; /* bit n: in numbers of n digits */
    int32_t shorter;  /* the node of the next shorter prefix that stands for something, or -1 */
} segcore_prefix;

/* Digits by which a search begins at once. */
#define SEGCORE_HEAD_DIGITS 3

/* Prefixes, laid out by segcore/engine/dialling.py.  `heads` has for all three digits the last node on their way:
 * itself where the way goes on, its complement where it ends. */
typedef struct {
    const segcore_prefix *nodes;
    const int32_t *heads;
} segcore_tree;

/* The first `drop` digits are replaced with `put`. */
typedef struct {
    uint8_t drop;
    uint8_t put_count;
    uint8_t put[SEGCORE_E164_DIGITS];
} segcore_rule;

/* A dial plan, which makes E.164 digits: the values of each tree are the numbers of its rules.  Digits that no rule
 * is for are no number.  `national` applies first, to what is written without a plus sign. */
typedef struct {
    /* Kinds of the code points of the basic multilingual plane: kinds[page_of[c >> 8] << 8 | (c & 0xFF)], the first
     * page for U+0000 to U+00FF.  Beyond that plane all are SEGCORE_NO_NUMBER. */
    const uint8_t *page_of;
    const uint8_t *kinds;
    segcore_tree international;
    const segcore_rule *international_rules;
    segcore_tree national;
    const segcore_rule *national_rules;
} segcore_plan;

typedef struct {
    uint8_t digits[SEGCORE_DIALLED_DIGITS + SEGCORE_E164_DIGITS];
    size_t count;
} segcore_number;

/* Value of the longest prefix of the digits. */
int32_t segcore_find_prefix(const segcore_tree *tree, const uint8_t *digits, size_t count);

/* Read a number and return whether it is one; *is_utf8 becomes 0 where the text is not UTF-8 though it should be. */
int segcore_read_number(const segcore_plan *plan, const segcore_text *text, segcore_number *number, int *is_utf8);

/* Look up `count` texts and return how many before the first that is not UTF-8. */
size_t segcore_look_up(const segcore_plan *plan, const segcore_tree *tree, const segcore_text *texts, size_t count,
                       int32_t *values);

/* Look up the rows from `start` to before `stop`; `values`, from row 0 on, has room for `capacity`.  *row is the
 * first one at fault. */
segcore_fault segcore_look_up_rows(const segcore_plan *plan, const segcore_tree *tree, const segcore_column *column,
                                   int64_t start, int64_t stop, int32_t *values, int64_t capacity, int64_t *row);

#endif
