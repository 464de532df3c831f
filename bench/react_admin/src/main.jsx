import { createRoot } from "react-dom/client";
import { Admin, Resource } from "react-admin";
import { AdvertiserList } from "./advertisers";
import { dataProvider } from "./dataProvider";
import { OfferEdit, OfferList } from "./offers";

createRoot(document.getElementById("root")).render(
  <Admin dataProvider={dataProvider} disableTelemetry>
    <Resource name="offers" list={OfferList} edit={OfferEdit} recordRepresentation="name" />
    <Resource name="advertisers" list={AdvertiserList} recordRepresentation="name" />
  </Admin>,
);
