int cte_warm(void){return 0;}
