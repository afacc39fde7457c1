/* Whether the quotation marks of rows of cells (RFC 4180, section 2) enclose whole cells. */
#ifndef SEGCORE_QUOTING_H
#define SEGCORE_QUOTING_H

#include "kernel.h"

/* Return whether a quoted cell is open behind rows, 0 or 1; or -1 if a mark is neither at an end of a cell nor doubled
 * inside one.  Rows are whole lines; `inside` says whether a quoted cell is open before them.  One space may stand
 * between a mark and a delimiter. */
int segcore_cell_quotes(const uint8_t *rows, size_t length, const uint8_t *delimiter, size_t delimiter_length,
                        int inside);

#endif
