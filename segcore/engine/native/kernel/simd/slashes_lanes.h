/* Texts that may have a link, once for all instruction sets. */

/* Bitmask of octets that are a slash as the octets one code point behind them are; nothing is behind the last. */
SEGCORE_INLINE uint64_t two_slashes(octets text, size_t width)
{
    const uint64_t found = eq_bitmask(text, '/');
    return found & found >> width;
}

/* True if a text has two slashes side by side, and perhaps if it has another code point with such an octet.  Steps
 * share the octets of a code point, so that none stands behind the last step. */
SEGCORE_INLINE size_t may_have_slashes(const segcore_text *text)
{
    const uint8_t *data = (const uint8_t *)text->data;
    const size_t width = text->kind ? (size_t)text->kind : 1, count = text->length * width, step = LANES - width;
    uint64_t found = 0;
    if (count < LANES)
        return two_slashes(load_some(data, count), width) != 0;
    const size_t last = count - LANES;
    if (last <= (SAME_STEPS - 1) * step) {
        for (size_t i = 0; i < SAME_STEPS; i++)
            found |= two_slashes(load(data + (i * step < last ? i * step : last)), width);
    } else {
        for (size_t i = 0; i < last; i += step)
            found |= two_slashes(load(data + i), width);
        found |= two_slashes(load(data + last), width);
    }
    return found != 0;
}

static size_t find_slashes(const segcore_text *texts, size_t count, uint8_t *places, size_t capacity)
{
    size_t number = 0;
    for (size_t i = 0; i < count && number < capacity; i++) {
        places[number] = (uint8_t)i;
        number += may_have_slashes(&texts[i]);
    }
    return number;
}
