// unixODBC's driver manager, from Debian's unixodbc-dev.
#include <sql.h>
#include <sqlext.h>
