/* The terminal behind plain C types: the only code that includes <curses.h>.
 *
 * One terminal at a time. Every function but the handlers inside guard.c is called on the thread
 * that called cte_open. */
#ifndef CTERM_H
#define CTERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- screen.c: opening, painting, leaving ---- */

enum cte_failure {
  CTE_OPENED = 0,
  CTE_NOT_A_TERMINAL,  /* input or output is a file or a pipe */
  CTE_UNKNOWN_TERMINAL, /* TERM names no terminal, and xterm-256color is not there either */
  CTE_TOO_DUMB,        /* the terminal cannot move its cursor */
  CTE_IN_USE,          /* a terminal is open already */
  CTE_SYSTEM           /* errno says why */
};

struct cte_options {
  const char *type;      /* the name of the terminal in terminfo; NULL: unknown */
  int input, output;     /* file descriptors; duplicated, never closed */
  int wake;              /* written to by signal handlers; -1: none */
  bool any_file;         /* for tests: accept files that are no terminals */
  bool colours;          /* false: NO_COLOR */
  bool many_colours;     /* COLORTERM promises 24 bits, whatever the terminfo entry says */
  bool handlers;         /* install the signal and crash handlers, and hold stderr back */
};

struct cte_traits {
  int colours;           /* 0 (or unusable), 8, 16, 256, … 1 << 24 */
  bool fell_back;        /* TERM was unknown; the terminal was opened as xterm-256color */
};

/* Whether the locale of the environment is UTF-8. Sets LC_CTYPE to a UTF-8 locale either way,
 * because widths and input need one. Callable on any thread before other threads use locales. */
bool cte_locale_is_utf8(void);

int cte_open(const struct cte_options *options, struct cte_traits *traits);
/* Restores the terminal, the handlers and stderr. May be called again. */
void cte_close(void);

/* Hands the terminal back for a while: leave, stop or run something else, return. */
void cte_leave(void);
void cte_return(void);
/* Stops the process as Ctrl-Z does, between cte_leave and cte_return. */
void cte_stop_process(void);

void cte_size(int *across, int *down);
/* Takes over the size the terminal has now. */
void cte_resize(void);

/* A colour for pair 1…63: an index, or 0xRRGGBB where traits.colours is 1 << 24. */
bool cte_set_pair(int pair, int foreground);

enum { CTE_BOLD = 1, CTE_REVERSED = 2, CTE_UNDERLINED = 4, CTE_DIM = 8 };
enum { CTE_MARKS = 4 };

/* A cell. `width` is the columns the caller reserved for it: 1, 2, or 0 for the right half of the
 * cell before. */
struct cte_cell {
  uint32_t scalar;
  uint32_t marks[CTE_MARKS];
  uint8_t width, look, pair;
};

void cte_paint(int row, int column, const struct cte_cell *cells, int count, bool ascii);
/* Puts the cursor there and shows it; a negative row hides it. */
void cte_cursor(int row, int column);
/* Sends what differs from what the terminal shows. */
void cte_flush(void);
/* The next flush repaints every cell. */
void cte_forget(void);
/* Writes bytes past ncurses; false when the terminal is gone. */
bool cte_send(const char *bytes, size_t count);
/* For tests: what ncurses believes the terminal shows. */
bool cte_shown(int row, int column, struct cte_cell *cell);

/* ---- keys.c ---- */

enum cte_key_kind {
  CTE_NONE = 0, /* nothing is waiting */
  CTE_SCALAR,   /* code is a Unicode scalar, control characters included */
  CTE_NAMED,    /* code is a cte_name */
  CTE_FUNCTION, /* code is 1…12 */
  CTE_PRESS,    /* the first mouse button at column, row; code is 2 where that was twice at once */
  CTE_WHEEL,    /* code is 0 (up) or 1 (down), at column, row */
  CTE_OTHER     /* something this program has no use for */
};
enum cte_name {
  CTE_UP, CTE_DOWN, CTE_LEFT, CTE_RIGHT, CTE_HOME, CTE_END, CTE_PAGE_UP, CTE_PAGE_DOWN,
  CTE_ENTER, CTE_BACKSPACE, CTE_DELETE, CTE_BACK_TAB, CTE_PASTE_BEGINS, CTE_PASTE_ENDS
};
struct cte_key {
  int kind;
  uint32_t code;
  int column, row;
};
/* The next key; never waits longer than the rest of an escape sequence may take (25 ms). */
void cte_read_key(struct cte_key *key);

/* ---- guard.c: signals, crashes, stderr ---- */

enum {
  CTE_SIGNAL_TERM = 1, CTE_SIGNAL_INT = 2, CTE_SIGNAL_HUP = 4, CTE_SIGNAL_QUIT = 8,
  CTE_SIGNAL_SIZE = 16, CTE_SIGNAL_STOP = 32, CTE_SIGNAL_CONTINUED = 64
};
/* The signals since the last call, as bits. */
unsigned cte_take_signals(void);
/* For tests: as if the signal had arrived. */
void cte_note_signal(unsigned bit);

/* Unblocks every signal on this thread. A thread started from a pool thread inherits a mask under
 * which raise(SIGTSTP) would wait for ever. */
void cte_accept_signals(void);

/* Swift's crash handler asks for a key for 30 s and prints memory; unless SWIFT_BACKTRACE asks for
 * it, crashes are left to the system. Costs nothing; call it first in main. */
void cte_leave_crashes_to_system(void);

#endif
