#if !Sandbox
    #error("ZentrunkSandbox needs the trait \"Sandbox\" of the package zentrunk-connect")
#endif
