/* Runs a fuzz target where there is no libFuzzer: fuzz INPUTS SECONDS SEED CRASH FILE..., for SECONDS if INPUTS is 0.
 *
 * Inputs are mutated at random, and kept if they reach a new place in the program, which the compiler reports
 * (-fsanitize-coverage=trace-pc, but not for this file).  What ends the program is written to the file CRASH. */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LONGEST = 4096, MOST = 4096, PLACES = 1 << 16, SLOWEST_SECONDS = 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
void __sanitizer_cov_trace_pc(void);
void __sanitizer_set_death_callback(void (*)(void)) __attribute__((weak));

static struct {
    uint8_t *data;
    size_t size;
} kept[MOST];
static size_t kept_count;
static uint8_t seen[PLACES], current[LONGEST];
static size_t current_size, news;
static uintptr_t before;
static const char *crash;
static uint64_t state;

void __sanitizer_cov_trace_pc(void)
{
    /* From a place of the program, which lies elsewhere each time: else each run would keep other inputs. */
    const uintptr_t here = (uintptr_t)__builtin_return_address(0) - (uintptr_t)&__sanitizer_cov_trace_pc;
    const size_t place = (here ^ before) & (PLACES - 1);
    before = here >> 1;
    news += !seen[place];
    seen[place] = 1;
}

static uint32_t below(uint32_t limit)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 32) % limit);
}

static void keep_crash(void)
{
    FILE *file = fopen(crash, "wb");
    if (file) {
        fwrite(current, 1, current_size, file);
        fclose(file);
    }
}

static void on_signal(int number)
{
    keep_crash();
    signal(number, SIG_DFL);
    raise(number);
}

static void keep(const uint8_t *data, size_t size)
{
    const size_t at = kept_count < MOST ? kept_count++ : below(MOST);
    free(kept[at].data);
    kept[at].data = malloc(size + 1);
    kept[at].size = size;
    memcpy(kept[at].data, data, size);
}

static void read_file(const char *path)
{
    static uint8_t content[LONGEST];
    FILE *file = fopen(path, "rb");
    if (!file)
        exit(2);
    keep(content, fread(content, 1, sizeof content, file));
    fclose(file);
}

/* Move what lies behind a place, for more or fewer octets there. */
static void resize_at(size_t at, size_t drop, size_t put)
{
    memmove(current + at + put, current + at + drop, current_size - at - drop);
    current_size += put - drop;
}

static void change(void)
{
    static const uint8_t interesting[] = {0, 1, 0x7F, 0x80, 0xBF, 0xC0, 0xD8, 0xDC, 0xE0, 0xF0, 0xF4, 0xFF, '+', '0'};
    const size_t at = current_size ? below((uint32_t)current_size) : 0;
    size_t many = 1 + below(16);
    switch (current_size ? below(6) : 4) {
    case 0:
        current[at] ^= (uint8_t)(1 << below(8));
        break;
    case 1:
        current[at] = interesting[below(sizeof interesting)];
        break;
    case 2:
        current[at] = (uint8_t)below(256);
        break;
    case 3:
        resize_at(at, many < current_size - at ? many : current_size - at, 0);
        break;
    case 4:
        if (current_size + many <= LONGEST) {
            resize_at(at, 0, many);
            for (size_t i = 0; i < many; i++)
                current[at + i] = (uint8_t)below(256);
        }
        break;
    default:
        /* A piece of another one. */
        {
            const size_t other = below((uint32_t)kept_count);
            const size_t from = kept[other].size ? below((uint32_t)kept[other].size) : 0;
            many = 1 + below(64);
            if (many > kept[other].size - from)
                many = kept[other].size - from;
            if (current_size + many <= LONGEST) {
                resize_at(at, 0, many);
                memcpy(current + at, kept[other].data + from, many);
            }
        }
    }
}

static void run(void)
{
    static uint8_t copy[LONGEST];
    memcpy(copy, current, current_size);
    before = 0;
    alarm(SLOWEST_SECONDS);
    LLVMFuzzerTestOneInput(copy, current_size);
}

int main(int count, char **arguments)
{
    unsigned long runs = 0;
    if (count < 5)
        return 2;
    const unsigned long inputs = strtoul(arguments[1], NULL, 10);
    const double seconds = atof(arguments[2]);
    state = strtoull(arguments[3], NULL, 10) * 0x9E3779B97F4A7C15u + 1;
    crash = arguments[4];
    signal(SIGABRT, on_signal);
    signal(SIGALRM, on_signal);
    if (__sanitizer_set_death_callback)
        __sanitizer_set_death_callback(keep_crash);
    keep((const uint8_t *)"", 0);
    for (int i = 5; i < count; i++)
        read_file(arguments[i]);
    for (size_t i = 0; i < kept_count; i++) {
        memcpy(current, kept[i].data, current_size = kept[i].size);
        run();
    }
    do {
        const size_t chosen = below((uint32_t)kept_count);
        memcpy(current, kept[chosen].data, current_size = kept[chosen].size);
        for (uint32_t changes = 1 + below(8); changes; changes--)
            change();
        const size_t old = news;
        run();
        if (news > old)
            keep(current, current_size);
        runs++;
    } while (inputs ? runs < inputs : runs % 64 || (double)clock() / CLOCKS_PER_SEC < seconds);
    printf("%lu inputs, %zu kept, %zu places\n", runs, kept_count, news);
}
