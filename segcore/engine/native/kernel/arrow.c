/* From columns of text to columns of results. */
#include "arrow.h"

#include <string.h>

/* Texts handed to the kernel at a time: few enough for the first-level cache. */
#define BLOCK 128

/* A view of the Arrow columnar format: short texts lie in it, long ones are referred to. */
#define INLINE_OCTETS 12

typedef struct {
    int32_t length;
    union {
        uint8_t octets[INLINE_OCTETS];
        struct {
            uint8_t prefix[4];
            int32_t buffer;
            int32_t offset;
        } at;
    } text;
} view;

static int is_valid(const uint8_t *validity, int64_t bit) { return !validity || validity[bit >> 3] >> (bit & 7) & 1; }

static int from_offsets(const segcore_column *column, int64_t begin, int64_t end, int64_t last, segcore_text *text)
{
    if (begin < 0 || end < begin || end > last || (end > begin && !column->data))
        return 0;
    /* As a number: there may be no data at all, if all texts are empty. */
    *text = (segcore_text){(const void *)((uintptr_t)column->data + (uintptr_t)begin), (size_t)(end - begin),
                           SEGCORE_UTF8};
    return 1;
}

static int from_view(const segcore_column *column, int64_t row, segcore_text *text)
{
    const view *found = (const view *)column->rows + row;
    int64_t length = found->length, buffer = found->text.at.buffer, offset = found->text.at.offset;
    if (length <= INLINE_OCTETS) {
        *text = (segcore_text){found->text.octets, (size_t)length, SEGCORE_UTF8};
        return length >= 0;
    }
    if (buffer < 0 || buffer >= column->buffer_count || offset < 0 || offset + length > column->sizes[buffer])
        return 0;
    *text = (segcore_text){(const uint8_t *)column->buffers[buffer] + offset, (size_t)length, SEGCORE_UTF8};
    return column->buffers[buffer] != NULL;
}

static int find_text(const segcore_column *column, int64_t row, segcore_text *text)
{
    if (column->layout == SEGCORE_VIEWS)
        return from_view(column, row, text);
    if (column->layout == SEGCORE_OFFSETS_32) {
        const int32_t *offsets = (const int32_t *)column->rows;
        return from_offsets(column, offsets[row], offsets[row + 1], offsets[column->row_count], text);
    }
    const int64_t *offsets = (const int64_t *)column->rows;
    return from_offsets(column, offsets[row], offsets[row + 1], offsets[column->row_count], text);
}

size_t segcore_find_texts(const segcore_column *column, int64_t start, size_t count, segcore_text *texts,
                          uint8_t *valid)
{
    for (size_t i = 0; i < count; i++) {
        int64_t row = start + (int64_t)i;
        if (row < 0 || row >= column->row_count)
            return i;
        int is_text = is_valid(column->validity, column->validity_start + row);
        if (valid)
            valid[row] = (uint8_t)is_text;
        texts[i] = (segcore_text){"", 0, SEGCORE_UTF8};
        if (is_text && !find_text(column, row, &texts[i]))
            return i;
    }
    return count;
}

int segcore_write(const segcore_output *to, int64_t start, size_t count, const segcore_measurement *found)
{
    if (!segcore_has_room(to->capacity, start, count))
        return 0;
    int32_t *segments = to->segments + start;
    for (size_t i = 0; i < count; i++)
        segments[i] = (int32_t)found[i].segments;
    for (size_t i = 0; to->mms && i < count; i++)
        segments[i] = to->mms[start + (int64_t)i] ? 1 : segments[i];
    for (size_t i = 0; to->valid && i < count; i++)
        segments[i] = to->valid[start + (int64_t)i] ? segments[i] : 0;
    for (size_t i = 0; to->units && i < count; i++)
        to->units[start + (int64_t)i] = found[i].units;
    for (size_t i = 0; to->encodings && i < count; i++)
        to->encodings[start + (int64_t)i] = (uint8_t)found[i].encoding;
    for (size_t i = 0; to->code_units && i < count; i++)
        to->code_units[start + (int64_t)i]
            = found[i].units - (found[i].encoding == SEGCORE_GSM7 ? found[i].extra : 0);
    return 1;
}

segcore_fault segcore_measure_rows(const segcore_rules *rules, const segcore_column *column, int64_t start,
                                   int64_t stop, const segcore_output *to, int64_t *row)
{
    segcore_text texts[BLOCK];
    segcore_measurement found[BLOCK];
    for (; start < stop; start += BLOCK) {
        size_t count = stop - start < BLOCK ? (size_t)(stop - start) : BLOCK;
        *row = start;
        if (!segcore_has_room(to->capacity, start, count))
            return SEGCORE_FAULT_CAPACITY;
        size_t sound = segcore_find_texts(column, start, count, texts, to->valid);
        segcore_measure_texts(rules, texts, sound, found);
        for (size_t i = 0; i < sound; i++) {
            if (found[i].encoding == SEGCORE_NOT_UTF8) {
                *row = start + (int64_t)i;
                return SEGCORE_FAULT_UTF8;
            }
        }
        if (sound < count) {
            *row = start + (int64_t)sound;
            return SEGCORE_FAULT_LAYOUT;
        }
        segcore_write(to, start, count, found);
    }
    return SEGCORE_FINE;
}

/* Of 64 bits, an unsigned index that does not fit is negative here, and no dictionary is as large. */
static int64_t read_index(const void *indices, int width, int is_signed, int64_t row)
{
    if (width == 8)
        return ((const int64_t *)indices)[row];
    if (width == 4 && is_signed)
        return ((const int32_t *)indices)[row];
    if (width == 4)
        return ((const uint32_t *)indices)[row];
    if (width == 2)
        return is_signed ? ((const int16_t *)indices)[row] : ((const uint16_t *)indices)[row];
    return is_signed ? ((const int8_t *)indices)[row] : ((const uint8_t *)indices)[row];
}

size_t segcore_find_references(const segcore_column *column, const segcore_references *references, int64_t start,
                               size_t count, segcore_text *texts, uint8_t *valid)
{
    for (size_t i = 0; i < count; i++) {
        int64_t row = start + (int64_t)i, index = 0;
        if (row < 0 || row >= column->row_count)
            return i;
        int is_text = is_valid(column->validity, column->validity_start + row);
        texts[i] = (segcore_text){"", 0, SEGCORE_UTF8};
        if (is_text) {
            index = read_index(references->indices, references->width, references->is_signed, row);
            if (index < 0 || index >= references->values->row_count)
                return i;
            is_text = !references->valid_values || references->valid_values[index];
        }
        if (valid)
            valid[row] = (uint8_t)is_text;
        if (is_text && !find_text(references->values, index, &texts[i]))
            return i;
    }
    return count;
}

segcore_fault segcore_gather(const segcore_output *from, const void *indices, int width, int is_signed,
                             const uint8_t *validity, int64_t validity_start, int64_t start, int64_t stop,
                             const segcore_output *to, int64_t *row)
{
    *row = start;
    if (start < stop && !segcore_has_room(to->capacity, start, (size_t)(stop - start)))
        return SEGCORE_FAULT_CAPACITY;
    for (int64_t i = start; i < stop; i++) {
        int is_text = is_valid(validity, validity_start + i);
        int64_t index = is_text ? read_index(indices, width, is_signed, i) : 0;
        if (is_text && (index < 0 || index >= from->capacity)) {
            *row = i;
            return SEGCORE_FAULT_INDEX;
        }
        is_text = is_text && (!from->valid || from->valid[index]);
        if (to->valid)
            to->valid[i] = (uint8_t)is_text;
        to->segments[i] = !is_text ? 0 : to->mms && to->mms[i] ? 1 : from->segments[index];
        if (to->units)
            to->units[i] = is_text ? from->units[index] : 0;
        if (to->encodings)
            to->encodings[i] = is_text ? from->encodings[index] : 0;
        if (to->code_units)
            to->code_units[i] = is_text ? from->code_units[index] : 0;
    }
    return SEGCORE_FINE;
}
