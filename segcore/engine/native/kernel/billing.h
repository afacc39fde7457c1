/* Differences between a text and what is billed for it: text that the route adds, links of a fixed length, a forced
 * encoding, and segments that are not packed. */
#ifndef SEGCORE_BILLING_H
#define SEGCORE_BILLING_H

#include "kernel.h"

enum { SEGCORE_AUTO, SEGCORE_ONLY_GSM7, SEGCORE_ONLY_UCS2, SEGCORE_ONLY_UTF8, SEGCORE_ONLY_EUC_KR };

/* Segments: packed; units divided by the room in each; the same of those beyond the first, which keeps its room. */
enum { SEGCORE_EXACT, SEGCORE_CEIL, SEGCORE_FIRST };

struct segcore_rules;

typedef struct {
    /* Code points in front of each text and behind it. */
    const uint32_t *prefix, *suffix;
    size_t prefix_length, suffix_length;
    /* Code units of both, and septets in the first coding; whether that lacks one of them. */
    int64_t septets, code_units;
    int is_ucs2;
    /* What a link counts, and a field of a template that is not filled in; negative where they stay as they are. */
    int64_t link_length, field_length;
    /* For routes with a length of links; see segcore_measure_links. */
    const segcore_tables *links;
    /* SEGCORE_AUTO, or the only encoding there is. */
    int encoding;
    /* Rules whose alphabet is empty, for SEGCORE_ONLY_UCS2; NULL where sums suffice. */
    const struct segcore_rules *ucs2_rules;
    /* SEGCORE_EXACT, or how units are divided, though an escape sequence or a pair would not fit. */
    int packing;
    /* Whether units of parts add up: no other rule looks at the whole text. */
    int adds_up;
    /* For routes that count octets: octets of the prefix and the suffix; octets in a segment, or in a message of the
     * first of two classes; and the most in any message, 0 for no limit. */
    int64_t octets, first_octets, most_octets;
    int has_classes;
} segcore_billing;

/* Measure what is billed for texts. */
void segcore_bill(const struct segcore_rules *rules, const segcore_text *texts, size_t count,
                  segcore_measurement *found);

#endif
