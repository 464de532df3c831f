import { Datagrid, List, NumberField, SearchInput, TextField } from "react-admin";

export const AdvertiserList = () => (
  <List perPage={25} exporter={false} filters={[<SearchInput key="q" source="q" alwaysOn />]}>
    <Datagrid bulkActionButtons={false} rowClick={false}>
      <TextField source="name" />
      <NumberField source="id" options={{ useGrouping: false }} />
    </Datagrid>
  </List>
);
