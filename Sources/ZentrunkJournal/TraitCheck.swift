#if !Journal
    #error("ZentrunkJournal needs the trait \"Journal\" of the package zentrunk-connect")
#endif
