#include "internal.h"

#include <wchar.h>

/* Codes of our own, above those ncurses gives to extended names. */
enum { KEY_PASTE_BEGINS = 3001, KEY_PASTE_ENDS, KEY_NOTHING };

void cte_define_keys(void) {
  /* terminfo lists the sequences of one mode; terminals send those of the other, too. */
  static const struct { const char *sequence; int code; } extra[] = {
    {"\033[A", KEY_UP}, {"\033OA", KEY_UP}, {"\033[B", KEY_DOWN}, {"\033OB", KEY_DOWN},
    {"\033[C", KEY_RIGHT}, {"\033OC", KEY_RIGHT}, {"\033[D", KEY_LEFT}, {"\033OD", KEY_LEFT},
    {"\033[H", KEY_HOME}, {"\033OH", KEY_HOME}, {"\033[1~", KEY_HOME}, {"\033[7~", KEY_HOME},
    {"\033[F", KEY_END}, {"\033OF", KEY_END}, {"\033[4~", KEY_END}, {"\033[8~", KEY_END},
    {"\033[5~", KEY_PPAGE}, {"\033[6~", KEY_NPAGE}, {"\033[3~", KEY_DC}, {"\033[Z", KEY_BTAB},
    {"\033OM", KEY_ENTER}, {"\033OP", KEY_F(1)}, {"\033OQ", KEY_F(2)}, {"\033OR", KEY_F(3)},
    {"\033OS", KEY_F(4)}, {"\033[11~", KEY_F(1)}, {"\033[12~", KEY_F(2)}, {"\033[13~", KEY_F(3)},
    {"\033[14~", KEY_F(4)}, {"\033[[A", KEY_F(1)}, {"\033[[B", KEY_F(2)}, {"\033[[C", KEY_F(3)},
    {"\033[[D", KEY_F(4)}, {"\033[[E", KEY_F(5)},
    {"\033[200~", KEY_PASTE_BEGINS}, {"\033[201~", KEY_PASTE_ENDS},
    {"\033[I", KEY_NOTHING}, {"\033[O", KEY_NOTHING},
  };
  for (size_t i = 0; i < sizeof extra / sizeof extra[0]; i++)
    define_key(extra[i].sequence, extra[i].code);
  /* Arrows and their kin with Shift, Alt or Ctrl have no fixed codes: they count as without. */
  static const struct { char final; int code; } modified[] = {
    {'A', KEY_UP}, {'B', KEY_DOWN}, {'C', KEY_RIGHT}, {'D', KEY_LEFT}, {'H', KEY_HOME}, {'F', KEY_END},
  };
  for (size_t i = 0; i < sizeof modified / sizeof modified[0]; i++)
    for (char modifier = '2'; modifier <= '8'; modifier++) {
      const char sequence[] = {'\033', '[', '1', ';', modifier, modified[i].final, 0};
      define_key(sequence, modified[i].code);
    }
}

static void named(struct cte_key *key, enum cte_name name) {
  key->kind = CTE_NAMED;
  key->code = name;
}

/* One KEY_MOUSE may stand for some events that arrived together; getmouse gives the latest first. */
enum { EVENTS = 8 };
static MEVENT events[EVENTS];
static int waiting_events;

static void take_mouse(void) {
  while (waiting_events < EVENTS && getmouse(&events[waiting_events]) == OK) waiting_events++;
}

static bool read_mouse(struct cte_key *key) {
  if (waiting_events == 0) return false;
  const MEVENT *event = &events[--waiting_events];
  key->kind = CTE_OTHER;
  key->column = event->x;
  key->row = event->y;
  if (event->bstate & (BUTTON1_PRESSED | BUTTON1_CLICKED | BUTTON1_DOUBLE_CLICKED)) {
    key->kind = CTE_PRESS;
    key->code = (event->bstate & BUTTON1_DOUBLE_CLICKED) ? 2 : 1;
  } else if (event->bstate & (BUTTON4_PRESSED | BUTTON5_PRESSED)) {
    key->kind = CTE_WHEEL;
    key->code = (event->bstate & BUTTON5_PRESSED) != 0;
  }
  return true;
}

void cte_read_key(struct cte_key *key) {
  *key = (struct cte_key){0};
  if (read_mouse(key)) return;
  wint_t code = 0;
  int found = cte_keypad != NULL ? wget_wch(cte_keypad, &code) : ERR;
  if (found == ERR) return;
  if (found == OK) {
    key->kind = CTE_SCALAR;
    key->code = (uint32_t)code;
    return;
  }
  if (code >= KEY_F(1) && code <= KEY_F(12)) {
    key->kind = CTE_FUNCTION;
    key->code = (uint32_t)(code - KEY_F0);
    return;
  }
  switch (code) {
    case KEY_UP: case KEY_SR: named(key, CTE_UP); break;
    case KEY_DOWN: case KEY_SF: named(key, CTE_DOWN); break;
    case KEY_LEFT: case KEY_SLEFT: named(key, CTE_LEFT); break;
    case KEY_RIGHT: case KEY_SRIGHT: named(key, CTE_RIGHT); break;
    case KEY_HOME: case KEY_SHOME: case KEY_A1: named(key, CTE_HOME); break;
    case KEY_END: case KEY_SEND: case KEY_C1: named(key, CTE_END); break;
    case KEY_PPAGE: case KEY_SPREVIOUS: case KEY_A3: named(key, CTE_PAGE_UP); break;
    case KEY_NPAGE: case KEY_SNEXT: case KEY_C3: named(key, CTE_PAGE_DOWN); break;
    case KEY_ENTER: named(key, CTE_ENTER); break;
    case KEY_BACKSPACE: named(key, CTE_BACKSPACE); break;
    case KEY_DC: named(key, CTE_DELETE); break;
    case KEY_BTAB: named(key, CTE_BACK_TAB); break;
    case KEY_PASTE_BEGINS: named(key, CTE_PASTE_BEGINS); break;
    case KEY_PASTE_ENDS: named(key, CTE_PASTE_ENDS); break;
    case KEY_MOUSE:
      take_mouse();
      if (!read_mouse(key)) key->kind = CTE_OTHER;
      break;
    default: key->kind = CTE_OTHER; break; /* KEY_RESIZE among them: the size is taken elsewhere */
  }
}
