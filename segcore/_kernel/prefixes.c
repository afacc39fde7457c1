/* Reading telephone numbers and finding their longest prefix. */
#include "prefixes.h"

#include <string.h>

#include "utf8.h"

/* Rows looked up at a time: few enough for the first-level cache. */
#define BLOCK 128

/* How much of "tel:" was read, then a plus sign, digits, and a break after digits. */
enum { START, COLON = 4, SIGNED, DIGITS, ENDED, NOWHERE };

SEGCORE_INLINE int kind_of(const segcore_plan *plan, uint32_t point)
{
    if (point < 0x100)
        return plan->kinds[point];
    return point > 0xFFFF ? SEGCORE_NO_NUMBER : plan->kinds[(size_t)plan->page_of[point >> 8] << 8 | (point & 0xFF)];
}

/* State after something that is neither a digit nor skipped. */
static int next_state(int state, int kind, uint32_t point)
{
    if (kind == SEGCORE_PLUS && (state == START || state == COLON))
        return SIGNED;
    if (kind == SEGCORE_BREAK && state >= DIGITS)
        return ENDED;
    if (kind == SEGCORE_BREAK && state == START)
        return START;
    if (kind == SEGCORE_LETTER && state < COLON && (point | 0x20) == (uint32_t) "tel:"[state])
        return state + 1;
    return NOWHERE;
}

static int rest_is_utf8(const segcore_text *text, size_t index)
{
    uint32_t point;
    size_t octets = 1;
    for (; octets && index < text->length; index += octets)
        octets = decode((const uint8_t *)text->data + index, text->length - index, &point);
    return octets != 0;
}

/* Read the code point at an index and return the items it takes, 0 where it is not UTF-8. */
SEGCORE_INLINE size_t read_point(int kind, const segcore_text *text, size_t index, uint32_t *point)
{
    if (kind != SEGCORE_UTF8)
        *point = segcore_read(kind, text->data, index);
    else if ((*point = ((const uint8_t *)text->data)[index]) >= 0x80)
        return decode((const uint8_t *)text->data + index, text->length - index, point);
    return 1;
}

/* Read the digits as they stand and return 1 for a number, 2 for one with a plus sign, or 0. */
SEGCORE_INLINE int read_digits(int kind, const segcore_plan *plan, const segcore_text *text, segcore_number *number,
                               int *is_utf8)
{
    int state = START, is_signed = 0;
    size_t count = 0, step;
    uint32_t point;
    for (size_t i = 0; i < text->length; i += step) {
        step = read_point(kind, text, i, &point);
        int item = step ? kind_of(plan, point) : SEGCORE_NO_NUMBER;
        if (item < SEGCORE_SKIPPED) {
            int is_placed = state == START || (state >= COLON && state <= DIGITS);
            state = is_placed && count < SEGCORE_DIALLED_DIGITS ? DIGITS : NOWHERE;
            number->digits[count] = (uint8_t)item;
            count++;
        } else if (item != SEGCORE_SKIPPED) {
            state = next_state(state, item, point);
            is_signed |= state == SIGNED;
        }
        if (state == NOWHERE) {
            *is_utf8 = kind != SEGCORE_UTF8 || rest_is_utf8(text, i);
            return 0;
        }
    }
    number->count = count;
    return count ? 1 + is_signed : 0;
}

/* A constant kind lets the compiler make a loop of its own for each. */
static int read_text(const segcore_plan *plan, const segcore_text *text, segcore_number *number, int *is_utf8)
{
    switch (text->kind) {
    case SEGCORE_UTF8:
        return read_digits(SEGCORE_UTF8, plan, text, number, is_utf8);
    case 1:
        return read_digits(1, plan, text, number, is_utf8);
    case 2:
        return read_digits(2, plan, text, number, is_utf8);
    default:
        return read_digits(4, plan, text, number, is_utf8);
    }
}

int32_t segcore_find_prefix(const segcore_prefix *nodes, const uint8_t *digits, size_t count)
{
    const uint32_t length = (uint32_t)1 << count;
    const segcore_prefix *node = nodes;
    int32_t found = SEGCORE_NO_PREFIX;
    for (size_t i = 0;; i++) {
        found = node->lengths & length ? node->value : found;
        if (i == count || !node->next[digits[i]])
            return found;
        node = nodes + node->next[digits[i]];
    }
}

/* Apply the rule that is for a number and return whether there is one. */
static int apply(const segcore_prefix *nodes, const segcore_rule *rules, segcore_number *number)
{
    int32_t index = segcore_find_prefix(nodes, number->digits, number->count);
    if (index < 0)
        return 0;
    const segcore_rule *rule = &rules[index];
    if (rule->drop || rule->put_count) {
        size_t rest = number->count - rule->drop;
        memmove(number->digits + rule->put_count, number->digits + rule->drop, rest);
        memcpy(number->digits, rule->put, rule->put_count);
        number->count = rule->put_count + rest;
    }
    return 1;
}

int segcore_read_number(const segcore_plan *plan, const segcore_text *text, segcore_number *number, int *is_utf8)
{
    int read = read_text(plan, text, number, is_utf8);
    if (!read || (read == 1 && !(plan->national && apply(plan->national, plan->national_rules, number))))
        return 0;
    return number->count <= SEGCORE_DIALLED_DIGITS && apply(plan->international, plan->international_rules, number)
           && number->count && number->count <= SEGCORE_E164_DIGITS;
}

size_t segcore_look_up(const segcore_plan *plan, const segcore_prefix *nodes, const segcore_text *texts, size_t count,
                       int32_t *values)
{
    segcore_number number;
    int is_utf8 = 1;
    for (size_t i = 0; i < count; i++) {
        int is_number = segcore_read_number(plan, &texts[i], &number, &is_utf8);
        if (!is_utf8)
            return i;
        values[i] = is_number ? segcore_find_prefix(nodes, number.digits, number.count) : SEGCORE_NO_PREFIX;
    }
    return count;
}

segcore_fault segcore_look_up_rows(const segcore_plan *plan, const segcore_prefix *nodes,
                                   const segcore_column *column, int64_t start, int64_t stop, int32_t *values,
                                   int64_t *row)
{
    segcore_text texts[BLOCK];
    for (; start < stop; start += BLOCK) {
        size_t count = stop - start < BLOCK ? (size_t)(stop - start) : BLOCK;
        size_t sound = segcore_find_texts(column, start, count, texts, NULL);
        size_t done = segcore_look_up(plan, nodes, texts, sound, values + start);
        *row = start + (int64_t)done;
        if (done < sound)
            return SEGCORE_FAULT_UTF8;
        if (sound < count)
            return SEGCORE_FAULT_LAYOUT;
    }
    return SEGCORE_FINE;
}
