// unixODBC's driver manager and its registry of drivers and data sources, from Debian's unixodbc-dev.
#include <sql.h>
#include <sqlext.h>
#include <odbcinst.h>
