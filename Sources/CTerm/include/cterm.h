int cte_warm(void);
