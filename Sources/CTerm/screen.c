#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

WINDOW *cte_keypad;

static SCREEN *screen;
static FILE *input, *output;
static struct termios cooked;
static int cursor_shown;
static bool has_termios, guarded, pastes, screen_up;
static int input_flags, output_flags;

bool cte_locale_is_utf8(void) {
  setlocale(LC_CTYPE, "");
  if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return true;
  setlocale(LC_CTYPE, "C.UTF-8");
  return false;
}

/* ---- the bytes that leave the screen, made beforehand for the crash handler ---- */

static char leave[256];
static size_t leave_count;

static int keep_byte(int byte) {
  if (leave_count < sizeof leave) leave[leave_count++] = (char)byte;
  return byte;
}

static void keep(const char *sequence) {
  if (sequence != NULL && sequence != (char *)-1) tputs(sequence, 1, keep_byte);
}

static void prepare_leave(bool mouse) {
  leave_count = 0;
  if (mouse) keep("\033[?1000l\033[?1006l");
  if (pastes) keep(tigetstr("BD"));
  keep(orig_pair);
  keep(exit_attribute_mode);
  keep(keypad_local);
  keep(cursor_normal);
  keep(exit_ca_mode);
}

/* newterm enters the screen before it returns: what leaves it again is known to the guard by then. */
static void guard_early(const char *name) {
  int outcome;
  if (!guarded || setupterm(name, fileno(output), &outcome) != OK) return;
  const char *ends = tigetstr("BD");
  pastes = ends != NULL && ends != (char *)-1;
  prepare_leave(true);
  cte_guard_leave(leave, leave_count);
  del_curterm(cur_term);
}

/* ---- opening a terminal by its name ---- */

/* newterm keeps what it once found of SIGTSTP and puts that back when it is called again, over a
 * handler, or a signal ignored, that came between: an ignored stop would then stop the process. */
static SCREEN *new_screen(const char *name) {
  struct sigaction stop;
  bool known = guarded && sigaction(SIGTSTP, NULL, &stop) == 0;
  guard_early(name);
  SCREEN *opened = newterm(name, output, input);
  if (known) sigaction(SIGTSTP, &stop, NULL);
  return opened;
}

static SCREEN *open_as(const char *name) {
  return name == NULL || *name == '\0' ? NULL : new_screen(name);
}

/* Whether that terminal is described with fewer than 256 colours. Such a description is what
 * COLORTERM corrects; 256 are left as they are, because they include every colour used here and a
 * change of colour takes 10 bytes instead of 17. */
static bool has_few_colours(const char *name) {
  int outcome;
  if (name == NULL || setupterm(name, fileno(output), &outcome) != OK) return false;
  bool few = max_colors < 256;
  del_curterm(cur_term);
  return few;
}

/* Opens the 24-bit sibling of a terminal, if terminfo has one: xterm-direct for xterm. */
static SCREEN *open_sibling(const char *name) {
  char sibling[64];
  size_t length = strlen(name);
  if (length + sizeof "-direct" > sizeof sibling) return NULL;
  memcpy(sibling, name, length);
  memcpy(sibling + length, "-direct", sizeof "-direct");
  return new_screen(sibling);
}

/* ---- writing ---- */

static int put_byte(int byte) { return fputc(byte, output); }

static void set_pastes(bool on) {
  if (!pastes) return;
  tputs(tigetstr(on ? "BE" : "BD"), 1, put_byte);
  fflush(output);
}

/* ---- opening and leaving ---- */

static void close_files(void) {
  if (input != NULL) {
    fcntl(fileno(input), F_SETFL, input_flags);
    fclose(input);
  }
  if (output != NULL) {
    fcntl(fileno(output), F_SETFL, output_flags);
    fclose(output);
  }
  input = output = NULL;
}

/* ncurses drops what a non-blocking terminal does not take; some programs leave it that way. */
static FILE *open_file(int descriptor, const char *mode, int *flags) {
  int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
  if (copy < 0) return NULL;
  *flags = fcntl(copy, F_GETFL);
  if (*flags & O_NONBLOCK) fcntl(copy, F_SETFL, *flags & ~O_NONBLOCK);
  FILE *file = fdopen(copy, mode);
  if (file == NULL) close(copy);
  return file;
}

int cte_open(const struct cte_options *options, struct cte_traits *traits) {
  if (screen != NULL) return CTE_IN_USE;
  if (!options->any_file && !(isatty(options->input) && isatty(options->output)))
    return CTE_NOT_A_TERMINAL;
  /* They override the real size, also after a resize. */
  unsetenv("LINES");
  unsetenv("COLUMNS");
  input = open_file(options->input, "r", &input_flags);
  output = open_file(options->output, "w", &output_flags);
  if (input == NULL || output == NULL) {
    int reason = errno;
    close_files();
    errno = reason;
    return CTE_SYSTEM;
  }
  has_termios = tcgetattr(fileno(input), &cooked) == 0;

  guarded = options->handlers;
  if (guarded) cte_guard(fileno(output), options->wake, has_termios ? &cooked : NULL);
  traits->fell_back = false;
  if (options->many_colours && options->colours && has_few_colours(options->type))
    screen = open_sibling(options->type);
  if (screen == NULL) screen = open_as(options->type);
  if (screen == NULL) {
    traits->fell_back = true;
    screen = open_as("xterm-256color");
  }
  if (screen == NULL) {
    if (guarded) cte_unguard();
    close_files();
    return CTE_UNKNOWN_TERMINAL;
  }
  if (cursor_address == NULL) {
    endwin();
    delscreen(screen);
    screen = NULL;
    if (guarded) cte_unguard();
    close_files();
    return CTE_TOO_DUMB;
  }
  raw();
  noecho();
  nonl();
  set_escdelay(25);
  idlok(stdscr, TRUE);
  leaveok(stdscr, TRUE);
  curs_set(0);
  cursor_shown = 0;
  cte_keypad = newpad(1, 1);
  if (cte_keypad != NULL) {
    keypad(cte_keypad, TRUE);
    nodelay(cte_keypad, TRUE);
  }
  cte_define_keys();
  mouseinterval(0);
  /* A press and its release that arrive together are a click for ncurses, whatever the interval. */
  bool mouse = mousemask(BUTTON1_PRESSED | BUTTON1_CLICKED | BUTTON1_DOUBLE_CLICKED
                             | BUTTON4_PRESSED | BUTTON5_PRESSED,
                         NULL) != 0;
  const char *begins = tigetstr("BE"), *ends = tigetstr("BD");
  pastes = begins != NULL && begins != (char *)-1 && ends != NULL && ends != (char *)-1;

  traits->colours = 0;
  if (options->colours && has_colors() && start_color() == OK && use_default_colors() == OK)
    traits->colours = COLORS;

  prepare_leave(mouse);
  if (guarded) cte_guard_leave(leave, leave_count);
  screen_up = true;
  set_pastes(true);
  return CTE_OPENED;
}

void cte_leave(void) {
  if (screen == NULL || !screen_up) return;
  set_pastes(false);
  endwin();
  screen_up = false;
  if (guarded) cte_guard_screen(false);
}

void cte_return(void) {
  if (screen == NULL || screen_up) return;
  screen_up = true;
  if (guarded) cte_guard_screen(true);
  /* The shell may have changed the modes of the terminal; what was there is not what we left. */
  reset_prog_mode();
  set_pastes(true);
  clearok(curscr, TRUE);
}

void cte_close(void) {
  if (screen == NULL) return;
  cte_leave();
  if (has_termios) tcsetattr(fileno(input), TCSANOW, &cooked);
  if (cte_keypad != NULL) delwin(cte_keypad);
  cte_keypad = NULL;
  if (guarded) cte_unguard();
  delscreen(screen);
  screen = NULL;
  close_files();
}

/* ---- size ---- */

void cte_size(int *across, int *down) {
  *across = COLS;
  *down = LINES;
}

void cte_resize(void) {
  struct winsize size;
  if (ioctl(fileno(output), TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) return;
  resizeterm(size.ws_row, size.ws_col);
  clearok(curscr, TRUE);
}

/* ---- painting ---- */

bool cte_set_pair(int pair, int foreground) {
  return init_extended_pair(pair, foreground, -1) == OK;
}

static attr_t attributes(uint8_t look) {
  return ((look & CTE_BOLD) ? A_BOLD : 0) | ((look & CTE_REVERSED) ? A_REVERSE : 0)
      | ((look & CTE_UNDERLINED) ? A_UNDERLINE : 0) | ((look & CTE_DIM) ? A_DIM : 0);
}

void cte_paint(int row, int column, const struct cte_cell *cells, int count, bool ascii) {
  enum { PIECE = 256 };
  cchar_t line[PIECE + 1];
  int filled = 0, start = column, at = column;
  for (int i = 0; i < count; i++) {
    const struct cte_cell *cell = &cells[i];
    int reserved = cell->width;
    if (reserved == 0) continue;
    wchar_t text[CTE_MARKS + 2] = {(wchar_t)cell->scalar};
    for (int mark = 0; mark < CTE_MARKS && cell->marks[mark] != 0; mark++)
      text[mark + 1] = (wchar_t)cell->marks[mark];
    /* The frame's width table and the C library's may disagree on a character; a cell that ncurses
     * would place otherwise than the frame did becomes a stand-in, so that no column shifts. */
    int width = wcwidth(text[0]);
    if ((ascii && cell->scalar > 0x7E) || width < 1 || width > reserved) {
      text[0] = ascii ? L'?' : L'\uFFFD';
      text[1] = 0;
      width = 1;
    }
    int pair = cell->pair;
    for (int part = 0; part < reserved; part += width, width = 1) {
      if (part > 0) { text[0] = L' '; text[1] = 0; }
      if (setcchar(&line[filled], text, attributes(cell->look), 0, &pair) != OK) {
        text[1] = 0;
        setcchar(&line[filled], text, attributes(cell->look), 0, &pair);
      }
      filled++;
    }
    at += reserved;
    if (filled >= PIECE - 2 || i + 1 == count) {
      mvadd_wchnstr(row, start, line, filled);
      filled = 0;
      start = at;
    }
  }
  if (filled > 0) mvadd_wchnstr(row, start, line, filled);
}

void cte_cursor(int row, int column) {
  int wanted = row >= 0;
  leaveok(stdscr, !wanted);
  if (wanted) move(row, column);
  if (wanted != cursor_shown) curs_set(wanted);
  cursor_shown = wanted;
}

void cte_flush(void) {
  wnoutrefresh(stdscr);
  doupdate();
}

void cte_forget(void) { clearok(curscr, TRUE); }

bool cte_send(const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(fileno(output), bytes, count);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes += written;
    count -= (size_t)written;
  }
  return true;
}

bool cte_shown(int row, int column, struct cte_cell *cell) {
  cchar_t shown;
  if (mvwin_wch(curscr, row, column, &shown) != OK) return false;
  wchar_t text[CCHARW_MAX + 1] = {0};
  attr_t look;
  short legacy;
  int pair = 0;
  if (getcchar(&shown, text, &look, &legacy, &pair) != OK) return false;
  memset(cell, 0, sizeof *cell);
  cell->scalar = (uint32_t)text[0];
  for (int mark = 0; mark < CTE_MARKS && text[mark + 1] != 0; mark++)
    cell->marks[mark] = (uint32_t)text[mark + 1];
  cell->pair = (uint8_t)pair;
  cell->look = (uint8_t)(((look & A_BOLD) ? CTE_BOLD : 0) | ((look & A_REVERSE) ? CTE_REVERSED : 0)
                         | ((look & A_UNDERLINE) ? CTE_UNDERLINED : 0) | ((look & A_DIM) ? CTE_DIM : 0));
  return true;
}
