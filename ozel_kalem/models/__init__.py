from . import foundation, follow_up, programme, citizens, insight
