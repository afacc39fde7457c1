/* Reading telephone numbers and finding their longest prefix. */
#include "prefixes.h"

#include <string.h>

#include "points.h"

/* Rows looked up at a time: few enough for the first-level cache. */
#define BLOCK 128

/* States: letters of "tel:" read so far, then a plus sign, digits, and a break after digits. */
enum { START, COLON = 4, SIGNED, DIGITS, ENDED, NOWHERE };

SEGCORE_INLINE int kind_of(const segcore_plan *plan, uint32_t point)
{
    if (point < 0x100)
        return plan->kinds[point];
    return point > 0xFFFF ? SEGCORE_NO_NUMBER : plan->kinds[(size_t)plan->page_of[point >> 8] << 8 | (point & 0xFF)];
}

/* State after a code point of some kind. */
static int next_state(int state, int kind, uint32_t point)
{
    const int is_open = state == START || state == COLON;
    if (kind == SEGCORE_SKIPPED)
        return state;
    if (kind < SEGCORE_SKIPPED)
        return is_open || state == SIGNED || state == DIGITS ? DIGITS : NOWHERE;
    if (kind == SEGCORE_PLUS)
        return is_open ? SIGNED : NOWHERE;
    if (kind == SEGCORE_BREAK)
        return state == START ? START : state >= DIGITS ? ENDED : NOWHERE;
    if (kind == SEGCORE_LETTER && state < COLON && (point | 0x20) == (uint32_t)"tel:"[state])
        return state + 1;
    return NOWHERE;
}

static int rest_is_utf8(const segcore_text *text, size_t index)
{
    uint32_t point;
    size_t octets = 1;
    for (; octets && index < text->length; index += octets)
        octets = segcore_decode((const uint8_t *)text->data + index, text->length - index, &point);
    return octets != 0;
}

/* Read the code point at an index and return the items it takes, 0 where it is not UTF-8. */
SEGCORE_INLINE size_t read_point(int kind, const segcore_text *text, size_t index, uint32_t *point)
{
    if (kind != SEGCORE_UTF8)
        *point = segcore_read(kind, text->data, index);
    else if ((*point = ((const uint8_t *)text->data)[index]) >= 0x80)
        return segcore_decode((const uint8_t *)text->data + index, text->length - index, point);
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
        /* Skipped items are written, too, and then overwritten: no branch has to be predicted. */
        number->digits[count] = (uint8_t)item;
        count += item < SEGCORE_SKIPPED;
        if (state != DIGITS || item > SEGCORE_SKIPPED) {
            state = next_state(state, item, point);
            is_signed |= state == SIGNED;
        }
        if (state == NOWHERE || count > SEGCORE_DIALLED_DIGITS) {
            *is_utf8 = kind != SEGCORE_UTF8 || rest_is_utf8(text, i);
            return 0;
        }
    }
    number->count = count;
    return count ? 1 + is_signed : 0;
}

/* Read eight octets that are ASCII digits and return whether they are. */
SEGCORE_INLINE int read_eight(const uint8_t *octets, uint8_t *digits)
{
    const uint64_t each = 0x0101010101010101u;
    uint64_t eight;
    memcpy(&eight, octets, sizeof eight);
    if (((eight & 0xF0 * each) ^ 0x30 * each) | (((eight + 0x06 * each) & 0xF0 * each) ^ 0x30 * each))
        return 0;
    eight ^= 0x30 * each;
    memcpy(digits, &eight, sizeof eight);
    return 1;
}

/* Read a plus sign with 8 to 15 ASCII digits, as most numbers are written, and return whether it is one.  The digits
 * that two times eight have in common are read twice. */
SEGCORE_INLINE int read_plain(const segcore_text *text, segcore_number *number)
{
    const uint8_t *octets = (const uint8_t *)text->data;
    if (text->length < 9 || text->length > 16 || octets[0] != '+')
        return 0;
    number->count = text->length - 1;
    return read_eight(octets + 1, number->digits)
           && read_eight(octets + number->count - 7, number->digits + number->count - 8);
}

/* A constant kind lets the compiler make a loop of its own for each. */
static int read_text(const segcore_plan *plan, const segcore_text *text, segcore_number *number, int *is_utf8)
{
    if (text->kind < 2 && read_plain(text, number))
        return 2;
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

/* The node of the longest way into a tree that begins as the digits do. */
static const segcore_prefix *find_node(const segcore_tree *tree, const uint8_t *digits, size_t count)
{
    const segcore_prefix *node = tree->nodes;
    size_t i = 0;
    if (count >= SEGCORE_HEAD_DIGITS) {
        int32_t head = tree->heads[digits[0] * 100 + digits[1] * 10 + digits[2]];
        if (head < 0)
            return tree->nodes + ~head;
        node = tree->nodes + head;
        i = SEGCORE_HEAD_DIGITS;
    }
    for (; i < count && node->next[digits[i]]; i++)
        node = tree->nodes + node->next[digits[i]];
    return node;
}

int32_t segcore_find_prefix(const segcore_tree *tree, const uint8_t *digits, size_t count)
{
    const segcore_prefix *node = find_node(tree, digits, count);
    while (!(node->lengths >> count & 1)) {
        if (node->shorter < 0)
            return SEGCORE_NO_PREFIX;
        node = tree->nodes + node->shorter;
    }
    return node->value;
}

/* Apply the rule that is for a number and return whether there is one. */
static int apply(const segcore_tree *tree, const segcore_rule *rules, segcore_number *number)
{
    int32_t index = segcore_find_prefix(tree, number->digits, number->count);
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
    if (!read || (read == 1 && !apply(&plan->national, plan->national_rules, number)))
        return 0;
    return number->count <= SEGCORE_DIALLED_DIGITS && apply(&plan->international, plan->international_rules, number)
           && number->count && number->count <= SEGCORE_E164_DIGITS;
}

size_t segcore_look_up(const segcore_plan *plan, const segcore_tree *tree, const segcore_text *texts, size_t count,
                       int32_t *values)
{
    segcore_number number;
    int is_utf8 = 1;
    for (size_t i = 0; i < count; i++) {
        int is_number = segcore_read_number(plan, &texts[i], &number, &is_utf8);
        if (!is_utf8)
            return i;
        values[i] = is_number ? segcore_find_prefix(tree, number.digits, number.count) : SEGCORE_NO_PREFIX;
    }
    return count;
}

segcore_fault segcore_look_up_rows(const segcore_plan *plan, const segcore_tree *tree, const segcore_column *column,
                                   int64_t start, int64_t stop, int32_t *values, int64_t capacity, int64_t *row)
{
    segcore_text texts[BLOCK];
    for (; start < stop; start += BLOCK) {
        size_t count = stop - start < BLOCK ? (size_t)(stop - start) : BLOCK;
        *row = start;
        if (!segcore_has_room(capacity, start, count))
            return SEGCORE_FAULT_CAPACITY;
        size_t sound = segcore_find_texts(column, start, count, texts, NULL);
        size_t done = segcore_look_up(plan, tree, texts, sound, values + start);
        *row = start + (int64_t)done;
        if (done < sound)
            return SEGCORE_FAULT_UTF8;
        if (sound < count)
            return SEGCORE_FAULT_LAYOUT;
    }
    return SEGCORE_FINE;
}
