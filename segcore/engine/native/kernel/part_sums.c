/* Sums over the parts of texts.  Units of parts add up; where a segment ends early is seen in the whole text only. */
#include "part_sums.h"

/* Segments of a text in GSM-7 of which `escapes` code points take two septets, or 0. */
static int64_t gsm7_segments(const segcore_part_rules *rules, int64_t units, int64_t escapes)
{
    const int64_t fewest = segcore_divide_up(units, rules->gsm7_part);
    if (units <= rules->gsm7_single)
        return 1;
    if (rules->keeps_clusters)
        return 0;
    if (escapes == 0)
        return fewest;
    if (rules->has_national)
        return 0;
    /* Each escape leaves one septet free at most, and only before the last segment. */
    return units + (escapes < fewest - 1 ? escapes : fewest - 1) <= fewest * rules->gsm7_part ? fewest : 0;
}

static int64_t ucs2_segments(const segcore_part_rules *rules, int64_t units)
{
    if (rules->has_septets_only || rules->has_national || (rules->keeps_clusters && units > rules->ucs2_single))
        return 0;
    return segcore_only_segments(units, rules->ucs2_single, rules->ucs2_part);
}

void segcore_sum_parts(const segcore_part_rules *rules, const segcore_part *parts, size_t part_count, size_t count,
                       int64_t *units, uint8_t *encodings, int32_t *segments)
{
    for (size_t row = 0; row < count; row++) {
        int64_t septets = 0, code_units = 0, found;
        int is_ucs2 = 0;
        for (size_t i = 0; i < part_count; i++) {
            const size_t at = row * parts[i].stride;
            septets += parts[i].septets[at];
            code_units += rules->has_septets_only ? 0 : parts[i].code_units[at];
            is_ucs2 |= parts[i].is_ucs2[at];
        }
        found = is_ucs2 ? ucs2_segments(rules, code_units) : gsm7_segments(rules, septets, septets - code_units);
        units[row] = is_ucs2 ? code_units : septets;
        encodings[row] = (uint8_t)is_ucs2;
        segments[row] = (int32_t)found;
    }
}
