#ifndef CTERM_INTERNAL_H
#define CTERM_INTERNAL_H

#include "cterm.h"

#include <curses.h>
#include <termios.h>

/* screen.c */
extern WINDOW *cte_keypad; /* a 1x1 pad: reading from a window would refresh it */

/* keys.c */
void cte_define_keys(void);

/* guard.c */
/* Before the terminal is touched: from the first byte on, no signal leaves it half open. newterm
 * keeps handlers that are there already. */
void cte_guard(int output, int wake, const struct termios *cooked);
/* The bytes that leave the screen, once the terminal's description is read. */
void cte_guard_leave(const char *leave, size_t count);
void cte_unguard(void);
/* While false, the terminal is as the shell wants it, and a crash leaves it alone. */
void cte_guard_screen(bool up);

#endif
